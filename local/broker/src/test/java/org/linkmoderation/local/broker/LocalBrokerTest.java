package org.linkmoderation.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Supervisor;

@Timeout(60)
class LocalBrokerTest {

    @TempDir
    private Path directory;

    @Test
    void shouldStartWhenThePortIsFreedAndFreeItWhenStopped() throws Exception {
        Supervisor broker;
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            broker = keepRunning(settings(port, directory));
            Awaitility.await().until(() -> broker.lastFailure() != null);
            assertThat(broker.lastFailure()).isEqualTo("port " + port + " of 127.0.0.1 is taken by another program");
        }
        try {
            Awaitility.await().until(() -> accepts(port));
            Awaitility.await().until(() -> broker.lastFailure() == null);
        } finally {
            broker.stop();
        }
        assertThat(accepts(port)).isFalse();
    }

    @Test
    void shouldStartAgainWhenAStartWasInterrupted() throws Exception {
        var settings = settings(freePort(), directory);
        Thread.currentThread().interrupt();
        var first = EmbeddedBroker.start(settings, () -> {});
        assertThat(Thread.interrupted()).as("the interrupt, for who sent it").isTrue();
        first.stop();

        var second = EmbeddedBroker.start(settings, () -> {});

        assertThat(accepts(settings.address().getPort())).isTrue();
        second.stop();
    }

    @Test
    void shouldSayThatItsDirectoryIsInUse() throws Exception {
        var first = BrokerProcess.start(freePort(), directory);
        try {
            var second = keepRunning(settings(freePort(), directory));
            try {
                Awaitility.await().until(() -> second.lastFailure() != null);
                assertThat(second.lastFailure()).contains(directory.toString(), "lock");
            } finally {
                second.stop();
            }
        } finally {
            first.kill();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("ActiveMQ Broker[")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tcp://127.0.0.1", "ssl://127.0.0.1:61616", "127.0.0.1:61616", "tcp://127.0.0.1:61616?x=y", "a b"
            })
    void shouldRefuseAnAddressWithOneSentence(String url) {
        assertThatThrownBy(() -> BrokerSettings.of(Map.of("url", url, "password", "secret")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(
                        "The setting url = " + url + " of org.linkmoderation.local.broker cannot be used");
    }

    private static Supervisor keepRunning(BrokerSettings settings) {
        return LocalBroker.keepRunning(settings, Duration.ofMillis(100), Duration.ofMillis(200));
    }

    private static BrokerSettings settings(int port, Path directory) {
        return new BrokerSettings(URI.create("tcp://127.0.0.1:" + port), directory, 1024, "moderation", "secret");
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
