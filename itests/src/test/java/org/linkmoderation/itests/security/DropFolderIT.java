package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.ModerationNode;

/**
 * The drop folder as a deputy: whoever may put something into it, and nothing else, tries to have the container read
 * what he can't, and to stop it. The container starts with a umask that lets everybody read.
 */
class DropFolderIT {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = new ModerationNode("security-drop");
        node.karaf().umask("000").start();
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldCopyNothingThroughALink() throws IOException {
        Path secret = node.karaf().base().resolve("etc/users.properties");
        Files.createSymbolicLink(node.inbox().resolve("link.jsonl"), secret);
        Files.createSymbolicLink(node.inbox().resolve("directory.json"), secret.getParent());
        Files.createSymbolicLink(node.inbox().resolve("nothing.json"), secret.resolveSibling("nothing"));
        Files.createLink(node.inbox().resolve("hard.jsonl"), secret);

        for (String name : List.of("link.jsonl", "directory.json", "nothing.json", "hard.jsonl")) {
            awaitFailed(name);
        }
        assertGoodFileIsExecuted("after-links");
        for (Path file : files(node.inbox().resolveSibling("failed"))) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && !file.getFileName().toString().endsWith("-hard.jsonl")) {
                assertThat(file).content().doesNotContain(node.karaf().password());
            }
        }
        assertThat(node.karaf().log()).doesNotContain(node.karaf().password());
    }

    @Test
    void shouldNeitherOpenAFifoNorWaitForOne() throws Exception {
        Path fifo = node.inbox().resolve("fifo.json");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();

        awaitFailed("fifo.json");
        assertGoodFileIsExecuted("after-fifo");
        assertThat(node.karaf().threadDump()).doesNotContain("opens a dropped file");
        Instant stopped = Instant.now();
        node.karaf().stop();
        assertThat(Duration.between(stopped, Instant.now()))
                .as("a reader that hangs would hold the container for half a minute")
                .isLessThan(Duration.ofSeconds(25));
        node.karaf().start();
    }

    @Test
    void shouldWriteForItsOwnUserOnly() throws IOException {
        node.drop("modes.jsonl", "{\"code\":\"modes\",\"url\":\"https://example.org/\"}\noops\n".getBytes());
        node.awaitMoved("modes.jsonl", "failed");
        node.awaitMoved("modes.jsonl", "done");

        List<String> open = new ArrayList<>();
        Path data = node.karaf().base().resolve("data");
        // What others dropped has their modes, in folders that are closed to them
        for (String folder : List.of("moderation/failed", "moderation/done", "activemq", "lra", "dynamodb", "log")) {
            for (Path file : files(data.resolve(folder))) {
                String name = file.getFileName().toString();
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                        && !Files.isSymbolicLink(file)
                        && !name.equals("log")
                        && !file.getParent().endsWith("done")
                        && !name.matches(".*-(hard.jsonl|fifo.json)")
                        && !Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS)) {
                    open.add(data.relativize(file) + " " + Files.getPosixFilePermissions(file));
                }
            }
        }
        assertThat(open).isEmpty();
    }

    private static void awaitFailed(String name) {
        node.karaf()
                .await(
                        name + " in failed",
                        Duration.ofSeconds(20),
                        () -> !Files.exists(node.inbox().resolve(name), LinkOption.NOFOLLOW_LINKS)
                                && files(node.inbox().resolveSibling("failed")).stream()
                                        .anyMatch(file -> file.toString().endsWith("-" + name + ".error")));
    }

    private static void assertGoodFileIsExecuted(String name) {
        String url = "https://example.org/" + name;
        node.links().putPending(name, url);
        node.drop(name + ".json", ("{\"code\":\"" + name + "\",\"url\":\"" + url + "\"}").getBytes());
        assertThat(node.awaitEnd(name).path("status").asText()).isEqualTo("SUCCEEDED");
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList();
        }
    }
}
