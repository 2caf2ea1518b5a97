package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.ShellResult;

/**
 * TLS as docs/security.md sets it: broker, DynamoDB, Lambda and the collector of traces are known to the container by
 * TLS alone, and so is hawtio to its browsers.
 */
class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String AWS = "org.linkmoderation.aws";
    private static final String BROKER = "org.linkmoderation.broker";
    private static final String WEB = "org.ops4j.pax.web";

    private static final List<AutoCloseable> DOORS = new ArrayList<>();

    private static Path trusted;
    private static Path unknown;
    private static Site site;
    private static KarafNode node;
    private static TlsDoor broker;
    private static TlsDoor dynamoDb;
    private static TlsDoor lambda;

    @BeforeAll
    static void start() {
        Path folder = KarafNode.MODULE.resolve("target/tls");
        trusted = TlsDoor.keyStore(folder.resolve("trusted.p12"));
        unknown = TlsDoor.keyStore(folder.resolve("unknown.p12"));
        site = new Site("tls", 1);
        node = site.node();
        broker = door(trusted, site.broker().url());
        dynamoDb = door(trusted, site.tables().endpoint());
        lambda = door(trusted, site.lambda().url());
        node.setting(BROKER, "url", "ssl://127.0.0.1:" + broker.port())
                .setting(AWS, "dynamodb.endpoint", "https://127.0.0.1:" + dynamoDb.port())
                .setting(AWS, "lambda.endpoint", "https://127.0.0.1:" + lambda.port())
                .property("system.properties", "javax.net.ssl.trustStore", trusted.toString())
                .property("system.properties", "javax.net.ssl.trustStorePassword", TlsDoor.PASSWORD);
        site.start();
    }

    @AfterAll
    static void end() throws Exception {
        if (site != null) {
            site.close();
        }
        for (AutoCloseable door : DOORS) {
            door.close();
        }
    }

    @Test
    void shouldModerateALinkByTlsAlone() {
        moderate("sealed");

        assertThat(broker.passed()).as("connections to the broker").isPositive();
        assertThat(dynamoDb.passed()).as("connections to DynamoDB").isPositive();
        assertThat(lambda.passed()).as("connections to Lambda").isPositive();
    }

    @Test
    void shouldUseNoServiceWhoseCertificateItDoesNotTrust() {
        TlsDoor stranger = door(unknown, site.tables().endpoint());
        refuses(AWS, "dynamodb.endpoint", "https://127.0.0.1:" + stranger.port(), "DynamoDB");
        assertThat(stranger.passed()).as("connections to DynamoDB").isZero();

        stranger = door(unknown, site.broker().url());
        refuses(BROKER, "url", "ssl://127.0.0.1:" + stranger.port(), "broker");
        assertThat(stranger.passed()).as("connections to the broker").isZero();

        moderate("trusted-again");
    }

    @Test
    void shouldSendTracesByTls() {
        try (TraceCollector collector = new TraceCollector()) {
            TlsDoor traces = door(trusted, collector.endpoint());
            node.shellOk("feature:install link-moderation-tracing");
            node.setting("org.linkmoderation.tracing", "endpoint", "https://127.0.0.1:" + traces.port() + "/v1/traces");
            await("the sentence about traces", () -> node.log().contains("Traces go to https://127.0.0.1:"));
            node.awaitReady();

            moderate("traced-by-tls");

            await("spans", () -> collector.size() > 0);
            node.shellOk("feature:uninstall link-moderation-tracing");
            node.awaitReady();
        }
    }

    @Test
    void shouldServeHawtioByTlsAlone() throws IOException {
        int plain = Ports.free();
        int sealed = Ports.free();
        node.shellOk("feature:install link-moderation-http");
        node.setting(WEB, "org.osgi.service.http.port", plain)
                .setting(WEB, "org.osgi.service.http.enabled", false)
                .setting(WEB, "org.osgi.service.http.secure.enabled", true)
                .setting(WEB, "org.osgi.service.http.port.secure", sealed)
                .setting(WEB, "org.ops4j.pax.web.ssl.keystore", trusted)
                .setting(WEB, "org.ops4j.pax.web.ssl.keystore.password", TlsDoor.PASSWORD)
                .setting(WEB, "org.ops4j.pax.web.ssl.key.password", TlsDoor.PASSWORD);
        await(
                "the settings of the web server",
                () -> node.shellOk("config:property-list --pid " + WEB).output().contains(Integer.toString(sealed)));
        node.shellOk("feature:install link-moderation-hawtio");
        HttpClient client =
                HttpClient.newBuilder().sslContext(TlsDoor.context(trusted)).build();
        URI console = URI.create("https://127.0.0.1:" + sealed + "/hawtio/");
        await(
                "the log-in page of hawtio",
                () -> send(client, HttpRequest.newBuilder(console.resolve("auth/login")))
                                .statusCode()
                        == 200);

        String login = node.administrator() + ":" + node.password();
        HttpResponse<String> answer = send(
                client,
                HttpRequest.newBuilder(console.resolve("jolokia/version"))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"agent\"");
        assertThat(Ports.isOpen(plain)).as("a port without TLS").isFalse();
        node.shellOk("feature:uninstall link-moderation-hawtio");
    }

    private static void refuses(String pid, String key, String value, String service) {
        String before = node.setting(pid, key);
        node.setting(pid, key, value);
        await(service + " to be refused", () -> {
            ShellResult status = node.shell("moderation:status");
            return !status.succeeded()
                    && status.output().lines().anyMatch(line -> line.startsWith(service) && line.contains("NO"));
        });
        node.setting(pid, key, before);
        node.awaitReady();
    }

    private static void moderate(String name) {
        String url = "https://example.org/" + name;
        site.links().putPending(name, url);
        site.lambda().script(name, returnsInputWith("safe", "true"));
        site.messages().request(name, name, url);
        await(
                "the end of " + name,
                () -> RecordedExecution.find(site.links(), name)
                        .filter(RecordedExecution::isEnded)
                        .isPresent());
        assertThat(site.links().status(name)).isEqualTo("active");
    }

    private static TlsDoor door(Path keyStore, String service) {
        TlsDoor door = new TlsDoor(keyStore, URI.create(service).getPort());
        DOORS.add(door);
        return door;
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        node.await(what, PATIENCE, condition);
    }
}
