package org.linkmoderation.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldPrintVerdictReasonsAndCanonicalFormAndExitWith1() {
        assertThat(run("https://Example.org:443/a/../welcome", "http://0x7f.1/", "javascript:alert(1)"))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "safe    -                               https://example.org/welcome",
                        "unsafe  IP_LITERAL,PRIVATE_ADDRESS      http://127.0.0.1/",
                        "unsafe  SCHEME                          no canonical form: javascript:alert(1)");
    }

    @Test
    void shouldExitWith0WhenAllAreSafe() {
        assertThat(run("https://example.org/", "https://example.com/")).isZero();
    }

    @Test
    void shouldPrintAJsonObjectALineOnRequest() {
        assertThat(run("--json", "https://example.org/malware", "\"\\\u0007")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.replaceAll("[0-9a-f]{12}", "V").replaceAll(":[0-9]+}", ":0}")))
                .containsExactly(
                        "{\"url\":\"https://example.org/malware\",\"safe\":false,\"reasons\":[\"PHRASE\"],\"notes\":[],"
                                + "\"canonicalUrl\":\"https://example.org/malware\",\"listVersion\":\"V\",\"listAgeSeconds\":0}",
                        "{\"url\":\"\\\"\\\\\\u0007\",\"safe\":false,\"reasons\":[\"CONTROL_CHARACTER\"],\"notes\":[],"
                                + "\"canonicalUrl\":null,\"listVersion\":\"V\",\"listAgeSeconds\":0}");
    }

    @Test
    void shouldReadUrlsFromAFile(@TempDir Path folder) throws IOException {
        var file = Files.writeString(
                folder.resolve("urls.txt"), "https://example.org/\r\n\nhttps://example.org/malware\n");
        assertThat(run("--file", file.toString())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    @Test
    void shouldNotPassControlCharactersToTheTerminal() {
        run("http://\u001b[31m\u202ered");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\\u001b[31m\\u202ered")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                        | Give either URLs or --file
                    --json                    | Give either URLs or --file
                    --file                    | --file is followed by the name of one file.
                    --file a --file b         | --file is followed by the name of one file.
                    --file a https://b.org/   | Give either URLs or --file
                    --verbose https://b.org/  | There is no option --verbose.
                    --file /does/not/exist    | The file /does/not/exist cannot be read: NoSuchFileException.
                    """)
    void shouldExitWith2AndASentenceWhenUsedWrongly(String arguments, String sentence) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith(sentence);
    }

    @Test
    void shouldExitWith2WhenNothingCanBeJudged(@TempDir Path folder) throws IOException {
        assertThat(run(Map.of("LINK_SCAN_SHORTENERS", "maybe"), "https://example.org/"))
                .isEqualTo(2);
        assertThat(run(Map.of("LINK_SCAN_BLOCK_LISTS", "domains=/does/not/exist"), "https://example.org/"))
                .isEqualTo(2);
        assertThat(run("--file", Files.createFile(folder.resolve("empty")).toString()))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.startsWith("The setting LINK_SCAN_SHORTENERS is \"maybe\""))
                .anyMatch(line ->
                        line.startsWith("The list domains=/does/not/exist could not be loaded: there is no such file."))
                .anyMatch(line -> line.startsWith("There is no URL in "));
    }

    @Test
    void shouldExplainItselfOnRequest() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: java -jar");
    }

    private int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return new ScanCommand(
                        environment,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
    }
}
