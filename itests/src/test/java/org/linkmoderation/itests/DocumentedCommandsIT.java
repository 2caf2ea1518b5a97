package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.timesOut;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The commands of the README and of the pages in {@code docs}: every line of a code block that is marked {@code karaf},
 * page by page. They speak of the executions {@code welcome}, which has succeeded, {@code broken}, which has failed,
 * and {@code waiting}, which runs.
 */
class DocumentedCommandsIT {

    private static final Path PROJECT = KarafNode.MODULE.resolve("..");
    private static final Pattern BLOCK = Pattern.compile("^```karaf\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String DELETE = "moderation:delete ";
    private static final String STOP = "moderation:stop waiting ";

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
        node.links().putPending("welcome", "https://example.org/welcome");
        node.messages().request("welcome", "welcome", "https://example.org/welcome");
        node.awaitEnd("welcome");
        node.messages().request("broken", "no-such-link", "https://example.org/welcome");
        assertThat(node.awaitEnd("broken").path("status").asText()).isEqualTo("FAILED");
    }

    @TestFactory
    Stream<DynamicTest> shouldDoWhatThePagesSay() throws IOException {
        List<Path> pages;
        try (Stream<Path> docs = Files.list(PROJECT.resolve("docs"))) {
            pages = Stream.concat(Stream.of(PROJECT.resolve("README.md")), docs.sorted())
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
        }
        List<DynamicTest> commands = pages.stream()
                .flatMap(page -> commands(page)
                        .map(command ->
                                DynamicTest.dynamicTest(page.getFileName() + ": " + command, () -> run(command))))
                .toList();
        assertThat(commands).as("commands").hasSizeGreaterThan(15);
        return commands.stream();
    }

    private static Stream<String> commands(Path page) {
        try {
            return BLOCK.matcher(Files.readString(page))
                    .results()
                    .flatMap(block -> block.group(1).lines())
                    .filter(line -> !line.isBlank());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String command) {
        if (command.startsWith(DELETE)) {
            node.awaitEnd(command.substring(DELETE.length()));
        }
        if (command.startsWith(STOP)) {
            startAndHold("waiting");
        }
        node.karaf().shellOk(command);
    }

    private static void startAndHold(String name) {
        node.links().putPending(name, "https://example.org/" + name);
        node.lambda().script(name, timesOut());
        node.messages().request(name, name, "https://example.org/" + name);
        node.karaf()
                .await(
                        "the execution " + name,
                        ModerationNode.EXECUTION,
                        () -> node.karaf()
                                .shell("moderation:describe " + name)
                                .output()
                                .contains("RUNNING"));
    }
}
