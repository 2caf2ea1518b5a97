package org.linkmoderation.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.SslContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JVM reads its trust store once: nothing else in this module's tests may speak TLS. */
@Timeout(60)
class TlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path directory;

    private static BrokerService broker;

    @BeforeAll
    static void startBroker() throws Exception {
        var keys = directory.resolve("broker.p12");
        keytool(keys);
        System.setProperty("javax.net.ssl.trustStore", keys.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        var keyStore = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keyStore, PASSWORD.toCharArray());
        broker = new BrokerService();
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setSslContext(new SslContext(keyManagers.getKeyManagers(), null, null));
        broker.addConnector("ssl://127.0.0.1:0");
        broker.start();
        broker.waitUntilStarted();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.stop();
        broker.waitUntilStopped();
        System.clearProperty("javax.net.ssl.trustStore");
        System.clearProperty("javax.net.ssl.trustStorePassword");
    }

    @Test
    void shouldConnectToABrokerThatTheTrustStoreOfTheJvmKnows() throws Exception {
        var port = broker.getTransportConnectors().get(0).getConnectUri().getPort();
        try (var connection = factory("127.0.0.1", port).createConnection()) {
            connection.start();
            try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                var queue = session.createQueue("test.tls");
                session.createProducer(queue).send(session.createTextMessage("sealed"));
                assertThat(session.createConsumer(queue).receive(5_000)).isNotNull();
            }
        }
    }

    @Test
    void shouldRefuseABrokerWhoseCertificateIsForAnotherHost() throws Exception {
        var port = broker.getTransportConnectors().get(0).getConnectUri().getPort();
        try (var connection = factory("localhost", port).createConnection()) {
            assertThatThrownBy(connection::start).isInstanceOf(JMSException.class);
        }
    }

    private static BrokerConnectionFactory factory(String host, int port) {
        return new BrokerConnectionFactory(
                List.of("ssl://" + host + ":" + port),
                "moderation",
                "secret",
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1));
    }

    private static void keytool(Path keyStore) throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, "keytool", ".log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=broker",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
