package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.JavaProcess;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;

/** The bridge that {@code docs/shorteners.md} shows, between a real container and a stand-in for Shlink. */
class ShlinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String GOOD = "https://example.org/welcome";
    private static final String BAD = "https://example.org/free-malware";
    private static final String CLOSED = "2000-01-01T00:00:00+00:00";
    private static final String WEBHOOKS = "org.linkmoderation.webhooks";
    private static final String TOKEN = UUID.randomUUID().toString();
    private static final String API_KEY = UUID.randomUUID().toString();
    private static final String SECRET = secret();

    private static boolean hasNode;
    private static Site site;
    private static ShlinkStandIn shlink;
    private static JavaProcess bridge;
    private static List<String> command;
    private static Map<String, String> environment;

    private static String secret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }

    @BeforeAll
    static void start() throws Exception {
        NodeModules modules = new NodeModules("shlink", "standardwebhooks@1.1.1", "@aws-sdk/client-dynamodb@3");
        hasNode = modules.install();
        if (!hasNode) {
            return;
        }
        int rest = Ports.free();
        site = new Site("shlink", 1);
        site.tables().requireOwn("runs a bridge that has the name of the table in its code");
        bridge = new JavaProcess("the bridge", "bridges", "shlink");
        shlink = new ShlinkStandIn(API_KEY);
        site.node()
                .environment("MODERATION_TOKEN", TOKEN)
                .environment("WEBHOOK_SECRET", SECRET)
                .setting("org.linkmoderation.rest", "port", rest)
                .setting("org.linkmoderation.rest", "sender.token.shlink", "$[env:MODERATION_TOKEN]")
                .setting(WEBHOOKS, "url.shlink", "http://127.0.0.1:" + bridge.port() + "/")
                .setting(WEBHOOKS, "secret.shlink", "$[env:WEBHOOK_SECRET]")
                .setting(WEBHOOKS, "allow.private", true)
                .setting(WEBHOOKS, "allow.http", true)
                .setting(WEBHOOKS, "retry.initial.seconds", 1)
                .setting(WEBHOOKS, "retry.max.seconds", 2)
                .setting("org.linkmoderation.moderation", "notices.queue", "webhooks.notices");
        site.start();
        site.node().shellOk("feature:install link-moderation-rest link-moderation-webhooks link-moderation-rescan");
        site.node().setting("org.linkmoderation.rescan", "notices.queue", "webhooks.notices");
        site.node().await("the endpoint", PATIENCE, () -> Ports.isOpen(rest));
        site.node().awaitReady();

        String page = Files.readString(KarafNode.MODULE.resolve("../docs/shorteners.md"));
        String script = page.substring(page.indexOf("```js\n") + "```js\n".length());
        command = List.of(
                "node",
                Files.writeString(modules.folder().resolve("bridge.mjs"), script.substring(0, script.indexOf("```")))
                        .toString());
        environment = new HashMap<>(Map.of(
                "SHLINK_URL",
                shlink.url(),
                "SHLINK_API_KEY",
                API_KEY,
                "MODERATION_URL",
                "http://127.0.0.1:" + rest,
                "MODERATION_TOKEN",
                TOKEN,
                "WEBHOOK_SECRET",
                SECRET,
                "AWS_REGION",
                "us-east-1",
                "AWS_ACCESS_KEY_ID",
                "local",
                "AWS_SECRET_ACCESS_KEY",
                "local",
                "AWS_ENDPOINT_URL_DYNAMODB",
                site.tables().endpoint(),
                "PORT",
                Integer.toString(bridge.port())));
        environment.put("INTERVAL_SECONDS", "1");
        environment.put("FULL_INTERVAL_SECONDS", "2");
        shlink.start();
        startBridge();
    }

    @AfterAll
    static void end() {
        if (bridge != null) {
            bridge.close();
            shlink.close();
        }
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void needsNode() {
        Assumptions.assumeTrue(hasNode, "node with npm");
    }

    private static void startBridge() {
        bridge.startCommand(environment, command);
    }

    private static void awaitOpen(String code, boolean isOpen) {
        site.node().await(code, PATIENCE, () -> shlink.isOpen(code) == isOpen);
    }

    private static void awaitStatus(String code, String status) {
        site.node().await(code, PATIENCE, () -> status.equals(site.links().status(code)));
    }

    @Test
    void shouldCloseABadLinkAndLeaveAGoodOne() {
        shlink.create("good", GOOD);
        shlink.create("bad", BAD);

        awaitOpen("bad", false);
        awaitStatus("good", "active");

        assertThat(site.links().status("bad")).isEqualTo("rejected");
        assertThat(shlink.isOpen("good")).isTrue();
    }

    @Test
    void shouldOpenALinkThatWasMadeClosedOnceItIsFoundGood() {
        shlink.create("closed-good", GOOD, CLOSED);
        shlink.create("closed-bad", BAD, CLOSED);

        awaitOpen("closed-good", true);
        awaitStatus("closed-bad", "rejected");

        assertThat(shlink.isOpen("closed-bad")).isFalse();
    }

    @Test
    void shouldModerateTheUrlThatALinkWasEditedTo() {
        shlink.create("edited", GOOD);
        awaitStatus("edited", "active");

        shlink.edit("edited", BAD);
        awaitOpen("edited", false);
        shlink.edit("edited", GOOD);
        awaitOpen("edited", true);

        assertThat(site.links().status("edited")).isEqualTo("active");
    }

    @Test
    void shouldCloseAgainALinkThatItsOwnerOpens() {
        shlink.create("opened", BAD);
        awaitOpen("opened", false);

        shlink.open("opened");

        awaitOpen("opened", false);
    }

    @Test
    void shouldCloseWhatCannotBeModeratedAndGoOn() {
        shlink.create("after-them", BAD);
        shlink.create("too.odd/for moderation", GOOD);
        shlink.create("too-long", GOOD + "x".repeat(500_000));

        awaitOpen("too.odd/for moderation", false);
        awaitOpen("too-long", false);
        awaitOpen("after-them", false);

        assertThat(site.links().item("too-long")).isEmpty();
    }

    @Test
    void shouldCloseALinkThatARescanTakesDown() {
        // Good when it was new: the scan learns later
        site.lambda().script("later", returnsInputWith("safe", "true"));
        shlink.create("later", GOOD);
        awaitStatus("later", "active");
        site.lambda().script("later", returnsInputWith("safe", "false"));

        site.node()
                .shellOk("moderation:start --state-machine rescan --name later '{\"code\":\"later\",\"url\":\"" + GOOD
                        + "\"}'");

        awaitOpen("later", false);
        assertThat(site.links().status("later")).isEqualTo("blocked");
    }

    @Test
    void shouldLoseNothingWhileBridgeContainerOrShlinkAreDown() {
        List<String> good =
                IntStream.range(0, 110).mapToObj(i -> "down-good-" + i).toList();
        List<String> bad = IntStream.range(0, 10).mapToObj(i -> "down-bad-" + i).toList();
        bridge.kill();
        good.forEach(code -> shlink.create(code, GOOD));
        bad.forEach(code -> shlink.create(code, BAD));
        startBridge();
        site.node().await("the first of them", PATIENCE, () -> bad.stream().anyMatch(this::isRejected));
        bridge.kill();
        shlink.stop();
        startBridge();
        site.node().kill();
        site.node().start();
        shlink.start();

        bad.forEach(code -> awaitOpen(code, false));
        good.forEach(code -> awaitStatus(code, "active"));

        assertThat(good).allMatch(shlink::isOpen);
        good.forEach(code -> assertThat(site.links().item(code).get("decisions").n())
                .as(code)
                .isEqualTo("1"));
        assertThat(site.messages().count(Messages.DEAD_LETTERS)).isZero();
    }

    private boolean isRejected(String code) {
        return "rejected".equals(site.links().status(code));
    }

    @Test
    void shouldRefuseAWebhookThatTheContainerHasNotSigned() throws Exception {
        HttpRequest forged = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bridge.port() + "/"))
                .header("webhook-id", "msg_1")
                .header("webhook-timestamp", Long.toString(Instant.now().getEpochSecond()))
                .header("webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")
                .POST(BodyPublishers.ofString("{\"data\":{\"input\":{\"code\":\"bad\"}}}"))
                .build();

        assertThat(HttpClient.newHttpClient()
                        .send(forged, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(401);
    }
}
