package org.linkmoderation.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code on the page "Writing a state machine": each block is part of the file that the last link before it leads to.
 */
class DocumentedCodeTest {
    private static final Path PAGE = Path.of("../../docs/writing-a-state-machine.md");
    private static final Pattern LINK = Pattern.compile("\\]\\((\\.\\./[^)]+\\.(?:java|xml|cfg))\\)");
    private static final Pattern BLOCK =
            Pattern.compile("^```(?:java|xml|properties)\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    static List<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void shouldBePartOfTheFileThatThePageLinksTo(String block) throws IOException {
        String page = Files.readString(PAGE);
        List<String> before = LINK.matcher(page.substring(0, page.indexOf(block)))
                .results()
                .map(link -> link.group(1))
                .toList();
        Path file = PAGE.resolveSibling(before.get(before.size() - 1));

        assertThat(lines(Files.readString(file))).containsSequence(lines(block));
    }

    /** Without blank lines and indentation: a block may show the inside of a class. */
    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
