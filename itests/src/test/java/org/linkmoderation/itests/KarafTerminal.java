package org.linkmoderation.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.session.ClientSession;
import org.awaitility.Awaitility;

/** The shell of a container at a terminal with colours, as a person has it. */
public final class KarafTerminal implements AutoCloseable {
    /** What interrupts a command. */
    public static final String CTRL_C = "\u0003";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int COLUMNS = 160;

    private final ClientSession session;
    private final ChannelShell channel;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private int typedAt;

    KarafTerminal(ClientSession session) throws IOException {
        this.session = session;
        channel = session.createShellChannel();
        channel.setPtyType("xterm-256color");
        channel.setPtyColumns(COLUMNS);
        channel.setOut(output);
        channel.setErr(output);
        channel.open().verify(PATIENCE);
        await("the prompt", text -> text.contains("> "));
    }

    /** Types keys; what is awaited from now on was shown after them. */
    public void type(String keys) {
        typedAt = output.size();
        try {
            channel.getInvertedIn().write(keys.getBytes(StandardCharsets.UTF_8));
            channel.getInvertedIn().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until what was shown since the last keys meets a condition.
     *
     * @return all that was shown since the last keys, with the codes for the terminal
     */
    public String await(String what, Predicate<String> condition) {
        return Awaitility.await(what).atMost(PATIENCE).until(this::shown, condition);
    }

    private String shown() {
        byte[] all = output.toByteArray();
        return new String(all, typedAt, all.length - typedAt, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close(true);
        session.close(true);
    }
}
