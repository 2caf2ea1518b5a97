package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListKeeperTest {

    private final SetClock clock = new SetClock();
    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldAskAgainByETagWhenARefreshIsDueAndNotBefore() {
        server.serve("bad.example.org\n", "\"one\"");
        var scan = scan(server.address() + "/list");
        assertThat(reasons(scan, "https://bad.example.org/")).containsExactly(Reason.BLOCKED_HOST);
        clock.pass(Duration.ofSeconds(299));
        scan.judge("https://example.org/");
        assertThat(server.requests()).hasSize(1);
        clock.pass(Duration.ofSeconds(1));
        scan.judge("https://example.org/");
        await().untilAsserted(() -> assertThat(server.requests()).hasSize(2));
        await().untilAsserted(() ->
                assertThat(scan.judge("https://example.org/").listAgeSeconds()).isZero());
        assertThat(reasons(scan, "https://bad.example.org/")).containsExactly(Reason.BLOCKED_HOST);
    }

    @Test
    void shouldSwapToANewerListAndSaySoInTheVersion() {
        server.serve("bad.example.org\n", "\"one\"");
        var scan = scan(server.address() + "/list");
        var before = scan.judge("https://bad.example.org/");
        server.serve("worse.example.org\n", "\"two\"");
        clock.pass(Duration.ofSeconds(300));
        await().untilAsserted(() ->
                assertThat(reasons(scan, "https://worse.example.org/")).containsExactly(Reason.BLOCKED_HOST));
        var after = scan.judge("https://bad.example.org/");
        assertThat(after.safe()).isTrue();
        assertThat(after.listVersion()).isNotEqualTo(before.listVersion());
    }

    @Test
    void shouldKeepTheOldListWhileTheNewerOneIsBrokenAndShowItsAge() {
        server.serve("bad.example.org\n", "\"one\"");
        var scan = scan(server.address() + "/list");
        var before = scan.judge("https://bad.example.org/");
        server.serve("worse.example.org\n<html>\n", "\"two\"");
        clock.pass(Duration.ofSeconds(300));
        scan.judge("https://example.org/");
        assertThat(server.requests()).hasSize(2);
        clock.pass(Duration.ofSeconds(100));
        var after = scan.judge("https://bad.example.org/");
        assertThat(after.reasons()).containsExactly(Reason.BLOCKED_HOST);
        assertThat(after.listVersion()).isEqualTo(before.listVersion());
        assertThat(after.listAgeSeconds()).isEqualTo(400);
        assertThat(reasons(scan, "https://worse.example.org/")).isEmpty();
    }

    @Test
    void shouldKeepTheOldListWhenTheServerFailsOrCutsTheNewerOneShort() {
        server.serve("bad.example.org\n", "\"one\"");
        var keeper = keeper("domains=" + server.address() + "/list");
        var version = keeper.current().version();
        server.answer(exchange -> LoopbackServer.send(exchange, 503, "later"));
        keeper.refresh();
        assertThat(keeper.current().version()).isEqualTo(version);
        server.answer(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write("worse.example.org\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        });
        keeper.refresh();
        assertThat(keeper.current().version()).isEqualTo(version);
        server.close();
        keeper.refresh();
        assertThat(keeper.current().version()).isEqualTo(version);
    }

    @Test
    void shouldJudgeByTheOldListWhileTheNewerOneIsOnItsWay() {
        server.serve("bad.example.org\n", "\"one\"");
        var scan = scan(server.address() + "/list");
        scan.judge("https://example.org/");
        var arrived = new CountDownLatch(1);
        server.answer(exchange -> {
            await().until(() -> arrived.getCount() == 0);
            LoopbackServer.send(exchange, 200, "worse.example.org\n");
        });
        clock.pass(Duration.ofSeconds(300));
        for (int i = 0; i < 100; i++) {
            assertThat(reasons(scan, "https://bad.example.org/")).containsExactly(Reason.BLOCKED_HOST);
        }
        assertThat(server.requests()).hasSizeLessThanOrEqualTo(2);
        arrived.countDown();
        await().untilAsserted(() ->
                assertThat(reasons(scan, "https://bad.example.org/")).isEmpty());
    }

    @Test
    void shouldUseLastModifiedWhereThereIsNoETag() {
        server.answer(exchange -> {
            if ("Sun, 22 Nov 2026 10:00:00 GMT"
                    .equals(exchange.getRequestHeaders().getFirst("If-Modified-Since"))) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                exchange.getResponseHeaders().add("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT");
                LoopbackServer.send(exchange, 200, "bad.example.org\n");
            }
        });
        var keeper = keeper("domains=" + server.address() + "/list");
        keeper.current();
        clock.pass(Duration.ofSeconds(10));
        keeper.refresh();
        assertThat(keeper.current().confirmed()).isEqualTo(clock.instant());
    }

    @Test
    void shouldCallNothingSafeBeforeEachListWasLoadedAndTryAgainLater() {
        var scan = scan(server.address() + "/list");
        assertThatThrownBy(() -> scan.judge("https://example.org/"))
                .isInstanceOf(ListsUnavailable.class)
                .hasMessageContaining("/list could not be loaded: the server answered with status 404.");
        server.serve("bad.example.org\n", "\"one\"");
        assertThatThrownBy(() -> scan.judge("https://example.org/")).isInstanceOf(ListsUnavailable.class);
        assertThat(server.requests()).hasSize(1);
        clock.pass(Duration.ofSeconds(5));
        assertThat(scan.judge("https://example.org/").safe()).isTrue();
    }

    @Test
    void shouldNameTheLineOfAListThatIsBrokenFromTheBeginning(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("list.txt"), "bad.example.org\n\nwhat is this\n");
        var scan = scan(file.toString());
        assertThatThrownBy(() -> scan.judge("https://example.org/"))
                .isInstanceOf(ListsUnavailable.class)
                .hasMessageContaining("list.txt could not be loaded: line 3 is no host name.");
    }

    @Test
    void shouldReadAFileAgainWhenItChanged(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("list.txt"), "bad.example.org\n");
        var keeper = keeper("domains=" + file);
        var version = keeper.current().version();
        keeper.refresh();
        assertThat(keeper.current().version()).isEqualTo(version);
        Files.writeString(file, "bad.example.org\nworse.example.org\n");
        keeper.refresh();
        assertThat(keeper.current().version()).isNotEqualTo(version);
        var newer = keeper.current().version();
        Files.delete(file);
        keeper.refresh();
        assertThat(keeper.current().version()).isEqualTo(newer);
    }

    @Test
    void shouldGiveUpOnAListThatTakesLongerThanItsTimeout() {
        var tested = new CountDownLatch(1);
        server.answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("bad.example.org\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            await().until(() -> tested.getCount() == 0);
        });
        var settings = Settings.of(Map.of(
                "LINK_SCAN_BLOCK_LISTS",
                "domains=" + server.address() + "/list",
                "LINK_SCAN_LIST_TIMEOUT_SECONDS",
                "1"));
        var keeper = new ListKeeper(settings.lists(), settings.refresh(), clock);
        try {
            assertThatThrownBy(keeper::current).isInstanceOf(ListsUnavailable.class);
        } finally {
            tested.countDown();
        }
    }

    private LinkScan scan(String address) {
        return LinkScan.of(Settings.of(Map.of("LINK_SCAN_BLOCK_LISTS", "domains=" + address)), null, clock);
    }

    private ListKeeper keeper(String list) {
        var settings = Settings.of(Map.of("LINK_SCAN_BLOCK_LISTS", list));
        return new ListKeeper(settings.lists(), settings.refresh(), clock);
    }

    private static java.util.List<Reason> reasons(LinkScan scan, String url) {
        return scan.judge(url).reasons();
    }

    /** A clock that stands until it is told to go on. */
    static final class SetClock extends Clock {

        private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
