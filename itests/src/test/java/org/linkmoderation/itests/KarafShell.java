package org.linkmoderation.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;

/** The shell of a container, by SSH. */
final class KarafShell {

    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(120);

    private final int port = Ports.free();
    private SshClient client;

    /** Where the container's SSH server is to listen. */
    int port() {
        return port;
    }

    /**
     * Runs a command as a user.
     *
     * @throws IllegalStateException if there is no shell to be had, or no end of the command within two minutes
     */
    ShellResult run(String user, String secret, String command) {
        try (ClientSession session = session(user, secret);
                ClientChannel channel = session.createExecChannel(command);
                ByteArrayOutputStream output = new ByteArrayOutputStream()) {
            channel.setOut(output);
            channel.setErr(output);
            channel.open().verify(LOGIN_TIMEOUT);
            Set<ClientChannelEvent> events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), COMMAND_TIMEOUT);
            if (events.contains(ClientChannelEvent.TIMEOUT)) {
                throw new IllegalStateException("No end of “" + command + "” within " + COMMAND_TIMEOUT.toSeconds()
                        + " s\n" + output.toString(StandardCharsets.UTF_8));
            }
            Integer status = channel.getExitStatus();
            if (status == null) {
                throw new IllegalStateException("The shell closed on “" + command + "” without an exit status");
            }
            return new ShellResult(command, status, output.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("No shell for “" + command + "”: " + e.getMessage(), e);
        }
    }

    /** Logs a user in at a terminal. */
    KarafTerminal terminal(String user, String secret) {
        try {
            return new KarafTerminal(session(user, secret));
        } catch (IOException e) {
            throw new IllegalStateException("No terminal for " + user + ": " + e.getMessage(), e);
        }
    }

    /** A session of its own for each command, because Karaf closes the session after a command. */
    private ClientSession session(String user, String secret) throws IOException {
        ClientSession session =
                client().connect(user, "127.0.0.1", port).verify(LOGIN_TIMEOUT).getSession();
        try {
            session.addPasswordIdentity(secret);
            session.auth().verify(LOGIN_TIMEOUT);
        } catch (IOException e) {
            session.close(true);
            throw e;
        }
        return session;
    }

    private synchronized SshClient client() {
        if (client == null) {
            client = SshClient.setUpDefaultClient();
            client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY); // not those of who runs the tests
            client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
            client.setServerKeyVerifier((session, address, key) -> true); // made by the node on its first start
            client.start();
        }
        return client;
    }

    /** Forgets the connection; the next command makes another. */
    synchronized void disconnect() {
        if (client != null) {
            client.stop();
            client = null;
        }
    }
}
