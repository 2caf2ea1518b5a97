package org.linkmoderation.itests.hawtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.Folders;
import org.linkmoderation.itests.KarafNode;

/** hawtio in a stock Karaf, as its pages ask it: who may do what, and from where. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HawtioIT {
    private static final String REPOSITORY =
            "mvn:org.linkmoderation/link-moderation-features/1.0.0-SNAPSHOT/xml/features";
    private static final Map<String, ?> READ =
            Map.of("type", "read", "mbean", "java.lang:type=Memory", "attribute", "Verbose");
    private static final Map<String, ?> WRITE =
            Map.of("type", "write", "mbean", "java.lang:type=Memory", "attribute", "Verbose", "value", false);
    private static final Map<String, ?> SWITCH_ON =
            Map.of("type", "write", "mbean", "java.lang:type=Memory", "attribute", "Verbose", "value", true);
    private static final Map<String, ?> COLLECT =
            Map.of("type", "exec", "mbean", "java.lang:type=Memory", "operation", "gc()");

    private static KarafNode node;
    private static HawtioConsole hawtio;
    private static String viewer;
    private static String manager;
    private static String nobody;

    @BeforeAll
    static void start() {
        node = new KarafNode("hawtio-stock", KarafNode.MODULE.resolve("target/stock"), "feature:repo-list");
        String repositories = node.setting("org.ops4j.pax.url.mvn", "org.ops4j.pax.url.mvn.defaultRepositories");
        node.setting(
                "org.ops4j.pax.url.mvn",
                "org.ops4j.pax.url.mvn.defaultRepositories",
                repositories + ", "
                        + Folders.onlyChildOf(KarafNode.MODULE.resolve("target/distribution"))
                                .resolve("system")
                                .toUri()
                        + "@id=link-moderation@snapshots");
        viewer = node.user("viewer", "viewer");
        manager = node.user("manager", "manager,viewer");
        nobody = node.user("nobody", "ssh");
        node.start();
        node.shellOk("feature:repo-add " + REPOSITORY);
        hawtio = HawtioConsole.install(node);
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Order(1)
    void shouldListenOnLoopbackOnly() throws IOException {
        assertThat(node.setting("org.ops4j.pax.web", "org.ops4j.pax.web.listening.addresses"))
                .isEqualTo("127.0.0.1");
        List<InetAddress> others = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress address : others) {
            assertThatThrownBy(() -> connect(address)).as(address.toString()).isInstanceOf(ConnectException.class);
        }
        connect(InetAddress.getByName("127.0.0.1"));
    }

    @Test
    @Order(1)
    void shouldAskForALogIn() {
        assertThat(hawtio.get("").statusCode()).isEqualTo(302);
        assertThat(hawtio.get("").headers().firstValue("Location").orElseThrow())
                .endsWith("/hawtio/auth/login");
        assertThat(hawtio.get("jolokia/version").statusCode()).isEqualTo(403);
    }

    @Test
    @Order(1)
    void shouldRefuseAWrongPasswordAndAUserWithoutARole() {
        assertThat(hawtio.post("viewer", "wrong", READ, Map.of()).statusCode()).isEqualTo(403);
        assertThat(hawtio.post("karaf", "karaf", READ, Map.of()).statusCode()).isEqualTo(403);
        assertThat(hawtio.post("nobody", nobody, READ, Map.of()).statusCode()).isEqualTo(403);
    }

    @Test
    @Order(1)
    void shouldLetEachRoleDoWhatTheAccessControlListsSay() {
        assertThat(status("viewer", viewer, READ)).isEqualTo(200);
        assertThat(status("viewer", viewer, COLLECT)).isEqualTo(403);
        assertThat(status("viewer", viewer, WRITE)).isEqualTo(403);

        assertThat(status("manager", manager, COLLECT)).isEqualTo(200);
        assertThat(status("manager", manager, WRITE)).isEqualTo(403);

        assertThat(status(node.administrator(), node.password(), COLLECT)).isEqualTo(200);
        assertThat(status(node.administrator(), node.password(), WRITE)).isEqualTo(200);
    }

    @Test
    @Order(1)
    void shouldRefuseWhatAnotherSiteLetsTheBrowserSend() {
        assertThat(hawtio.post("viewer", viewer, READ, Map.of("Origin", "http://127.0.0.1:" + hawtio.port()))
                        .statusCode())
                .isEqualTo(200);
        assertThat(hawtio.post("viewer", viewer, READ, Map.of("Origin", "http://example.org"))
                        .statusCode())
                .isEqualTo(403);
    }

    /** Also of an admin's browser, and where the cookie of its session comes with what another site lets it send. */
    @Test
    @Order(1)
    void shouldChangeNothingButByPostFromAPageOfItsOwn() {
        String admin = node.administrator();
        String write = "jolokia/write/java.lang:type=Memory/Verbose/true";
        for (String path : List.of(
                "jolokia/exec/java.lang:type=Memory/gc",
                "jolokia/?p=exec/java.lang:type=Memory/gc",
                "jolokia/notification/register",
                write)) {
            for (String method : List.of("GET", "HEAD", "OPTIONS", "PUT")) {
                HttpResponse<String> answer = hawtio.request(method, path, admin, node.password());
                assertThat(answer.body())
                        .as("%s %s: %s", method, path, answer.statusCode())
                        .doesNotContain("\"status\":200");
            }
        }
        assertThat(node.mbeanAttribute("java.lang:type=Memory", "Verbose")).isEqualTo(false);
        assertThat(hawtio.postWithoutOrigin(admin, node.password(), COLLECT).body())
                .contains("403");
        assertThat(hawtio.postWithoutOrigin(admin, node.password(), READ).body())
                .contains("\"status\":200");
        assertThat(status(admin, node.password(), COLLECT)).isEqualTo(200);
    }

    @Test
    @Order(1)
    void shouldGiveAnotherSiteNothingThatItCouldRead() {
        String read = "jolokia/read/java.lang:type=Memory/Verbose";
        assertThat(get(read).statusCode()).isEqualTo(200);
        assertThat(get(read + "?callback=steal").statusCode()).isEqualTo(403);
        assertThat(get(read + "?c%61llback=steal").statusCode()).isEqualTo(403);
        assertThat(get(read, "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
        assertThat(get(read, "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
        assertThat(get(read, "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(200);
        assertThat(get(read, "Origin", "null").statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> get(String path, String... headers) {
        return hawtio.request("GET", path, node.administrator(), node.password(), headers);
    }

    @Test
    @Order(1)
    void shouldBeNoProxyToOtherPorts() {
        JsonNode direct = hawtio.ask("viewer", viewer, Map.of("type", "version"));
        assertThat(direct.path("status").asInt()).isEqualTo(200);

        assertThat(hawtio.get("proxy/127.0.0.1/" + hawtio.port() + "/hawtio/auth/login")
                        .statusCode())
                .isNotEqualTo(200);
        Map<String, ?> elsewhere =
                Map.of("type", "version", "target", Map.of("url", "service:jmx:rmi:///jndi/rmi://127.0.0.1:1/x"));
        assertThat(hawtio.ask("viewer", viewer, elsewhere).path("status").asInt())
                .isNotEqualTo(200);
    }

    /** The session's cookie then comes with what another site lets an admin's browser send. */
    @Test
    @Order(2)
    void shouldChangeNothingForAnotherSiteWhereItsCookieIsSent() {
        hawtio.set(
                node,
                "org.ops4j.pax.web.session.cookie.sameSite",
                "none",
                node.administrator(),
                node.password(),
                cookie -> cookie.contains("SameSite=None"));
        String cookie = hawtio.logIn(node.administrator(), node.password()).split(";")[0];
        String own = "http://127.0.0.1:" + hawtio.port();
        assertThat(hawtio.postInSession(cookie, READ, "Origin", own).body()).contains("\"status\":200");

        for (Map<String, ?> change : List.of(COLLECT, SWITCH_ON)) {
            assertRefused(hawtio.postInSession(cookie, change, "Origin", "http://example.org"));
            assertRefused(hawtio.postInSession(cookie, change, "Origin", "null"));
            assertRefused(hawtio.postInSession(cookie, change, "Sec-Fetch-Site", "cross-site"));
            assertRefused(hawtio.postInSession(cookie, change, "Sec-Fetch-Site", "same-site"));
            assertRefused(hawtio.postInSession(cookie, change, "Origin", own, "Sec-Fetch-Site", "cross-site"));
            // A browser that says nothing of where a request comes from
            assertRefused(hawtio.postInSession(cookie, change));
        }

        assertThat(node.mbeanAttribute("java.lang:type=Memory", "Verbose")).isEqualTo(false);
        assertThat(hawtio.postInSession(cookie, SWITCH_ON, "Origin", own).body())
                .contains("\"status\":200");
        assertThat(node.mbeanAttribute("java.lang:type=Memory", "Verbose")).isEqualTo(true);
    }

    /** By the filter, or as the answer to what is asked. */
    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode() == 403 || answer.body().contains("\"status\":403"))
                .as("%d %s", answer.statusCode(), answer.body())
                .isTrue();
        assertThat(answer.body()).doesNotContain("\"status\":200");
    }

    @Test
    @Order(3)
    void shouldLeaveNothingWhenUninstalled() {
        assertThat(node.mbeans("hawtio:*")).isNotEmpty();

        node.shellOk("feature:uninstall link-moderation-hawtio");

        node.await(
                "the end of the web server",
                Duration.ofSeconds(60),
                () -> !node.listeningPorts().contains(hawtio.port()));
        assertThat(node.mbeans("hawtio:*")).isEmpty();
        assertThat(node.mbeans("jolokia:*")).isEmpty();
    }

    private static int status(String user, String password, Map<String, ?> request) {
        return hawtio.ask(user, password, request).path("status").asInt();
    }

    private static void connect(InetAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, hawtio.port()), 5_000);
        }
    }
}
