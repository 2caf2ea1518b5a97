package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.mock.MockComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.testkit.AnyObject;
import org.springframework.transaction.support.TransactionOperations;

/** What somebody who may only put files into the inbox can make the container read, write or wait for. */
@Timeout(30)
class InboxAttackTest {
    private static final Instant LONG_AGO = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String SECRET = "marked-secret-of-the-container";

    @TempDir
    private Path folder;

    private final CamelContext context = new DefaultCamelContext();
    private MockEndpoint queue;
    private Path inbox;
    private Path secret;

    @BeforeEach
    void start() throws Exception {
        inbox = Files.createDirectory(folder.resolve("inbox"));
        secret = Files.writeString(folder.resolve("users.properties"), "karaf = " + SECRET + ",admin\nmore\n");
        Files.setLastModifiedTime(secret, FileTime.from(LONG_AGO));
        context.disableJMX();
        context.addComponent("requests", new MockComponent());
        queue = context.getEndpoint("requests:queue:moderation.requests", MockEndpoint.class);
        context.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
            if (endpoint instanceof FileEndpoint file) {
                file.setInitialDelay(0);
                file.setDelay(20);
                file.setBackoffMultiplier(0);
                file.setReadLockCheckInterval(10);
                file.setReadLockTimeout(50);
            }
            return endpoint;
        });
        context.addRoutes(new Inbox(
                new Requests(new AnyObject()),
                new RequestSender(
                        context.createProducerTemplate(),
                        TransactionOperations.withoutTransaction(),
                        "moderation.requests",
                        Clock.systemUTC()),
                new TriggerSettings("moderation.requests", 1, "notices", inbox.toFile(), Duration.ofHours(1)),
                "moderation.inbox",
                ExecutionType.STANDARD));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldCopyNothingThroughASymbolicLink() throws Exception {
        Files.createSymbolicLink(inbox.resolve("a-link.jsonl"), secret);

        assertThat(refused("a-link.jsonl")).contains("a-link.jsonl: it is a symbolic link; expected a regular file");
        assertThat(secret).content().contains(SECRET);
    }

    @Test
    void shouldPutALinkToADirectoryAndALinkToNothingAside() throws Exception {
        Files.createSymbolicLink(inbox.resolve("a-directory.json"), folder);
        Files.createSymbolicLink(inbox.resolve("a-nothing.json"), folder.resolve("nothing"));

        assertThat(refused("a-directory.json")).contains("it is a symbolic link");
        assertThat(refused("a-nothing.json")).contains("it is a symbolic link");
    }

    @Test
    void shouldReadNothingByASecondNameOfAFile() throws Exception {
        Files.createLink(inbox.resolve("a-hard.jsonl"), secret);

        assertThat(refused("a-hard.jsonl")).contains("it has 2 names (hard links); expected one");
    }

    @Test
    void shouldNeverOpenAFifo() throws Exception {
        fifo("a-fifo.json");

        assertThat(refused("a-fifo.json")).contains("it is a FIFO, a socket or a device; expected a regular file");
    }

    @Test
    void shouldNotWaitForAFileThatBecomesAFifoInTheMidst() throws Exception {
        Path file = fifo("late.json");

        assertThatThrownBy(() -> DroppedFile.openAtMost(file, Duration.ofMillis(200)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("late.json", "cannot be opened within 200 ms");
        // A writer that came lets it be opened, and still there is nothing to read
        try (FileChannel both = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(both.isOpen()).isTrue();
            assertThatThrownBy(() -> DroppedFile.openAtMost(file, Duration.ofSeconds(5)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldRefuseAFileThatWouldTakeTooLongToRead() throws Exception {
        Path sparse = inbox.resolve("a-sparse.jsonl");
        try (FileChannel channel = FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 100L * 1024 * 1024 * 1024);
        }
        Files.setLastModifiedTime(sparse, FileTime.from(LONG_AGO));

        assertThat(refused("a-sparse.jsonl")).contains("bytes; expected at most 1073741824");
    }

    @Test
    void shouldPutAFileWithTheLongestNameAside() throws Exception {
        String name = "a" + "x".repeat(249) + ".json";
        old(Files.writeString(inbox.resolve(name), "{\"code\":\"a1\"}"));

        assertThat(refused(name)).contains("the name of the file without its extension names the execution");
    }

    @Test
    void shouldReplaceALinkThatWaitsWhereTheReasonGoes() throws Exception {
        Path bad = old(Files.writeString(inbox.resolve("bad.json"), "oops"));
        Path error = Files.createDirectory(folder.resolve("failed")).resolve(new Aside(inbox).nameOf(bad) + ".error");
        Files.createSymbolicLink(error, secret);
        context.start();
        await().until(() -> files(inbox).isEmpty());

        assertThat(Files.isSymbolicLink(error)).isFalse();
        assertThat(error).content().startsWith("bad.json: not JSON");
        assertThat(secret).content().contains(SECRET).doesNotContain("bad.json");
    }

    @Test
    void shouldWriteForItselfOnly() throws Exception {
        old(Files.writeString(inbox.resolve("a-bad.json"), "oops"));
        old(Files.writeString(inbox.resolve("b-lines.jsonl"), "{\"code\":\"a1\"}\noops\n"));
        context.start();
        await().until(() -> files(inbox).isEmpty());

        for (String made : List.of("done", "failed")) {
            assertThat(mode(folder.resolve(made))).as(made).isEqualTo("rwx------");
        }
        for (Path file : files(folder.resolve("failed"))) {
            if (!file.getFileName().toString().endsWith("-a-bad.json")) {
                assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------");
            }
        }
    }

    /** Starts, and waits until the entry is aside and a file after it is executed. */
    private String refused(String name) throws Exception {
        old(Files.writeString(inbox.resolve("z-good.json"), "{\"code\":\"a1\"}"));
        if (!context.isStarted()) {
            context.start();
        }
        await().until(() -> !files(inbox).contains(inbox.resolve(name))
                && queue.getExchanges().stream()
                        .anyMatch(sent -> "z-good".equals(sent.getMessage().getHeader("ExecutionName"))));
        StringBuilder reasons = new StringBuilder();
        for (Path file : files(folder.resolve("failed"))) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.getAttribute(file, "unix:nlink").equals(1)
                    && Files.size(file) < 10_000) {
                String text = Files.readString(file);
                assertThat(text).as(file.toString()).doesNotContain(SECRET);
                if (file.toString().contains("-" + name.substring(0, Math.min(name.length(), 100)))
                        && file.toString().endsWith(".error")) {
                    reasons.append(text);
                }
            }
        }
        return reasons.toString();
    }

    private Path fifo(String name) throws Exception {
        Path file = inbox.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        return file;
    }

    private static Path old(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
