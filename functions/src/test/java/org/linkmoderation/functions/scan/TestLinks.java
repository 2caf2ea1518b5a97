package org.linkmoderation.functions.scan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The links that tests are made of, and the scan that they expect. */
public final class TestLinks {

    private static final Pattern UNIT = Pattern.compile("\\\\u([0-9a-f]{4})");

    private TestLinks() {}

    /** The settings that the evasion suite expects: the packaged lists, its own list, and a domain of ours. */
    public static Map<String, String> evasionSettings() {
        return Map.of(
                "LINK_SCAN_BLOCK_LISTS",
                "phrases=packaged:phrases.txt domains=" + path("evasion-lists.txt"),
                "LINK_SCAN_OWN_DOMAINS",
                "go.example.org");
    }

    /** The rows of a table of links, without comments, as fields between tabs. */
    public static List<String[]> rows(String name) {
        try (var reader = new BufferedReader(
                new InputStreamReader(TestLinks.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text in which a backslash, u and four hexadecimal digits stand for a UTF-16 unit. */
    public static String unescaped(String text) {
        return UNIT.matcher(text)
                .replaceAll(unit -> java.util.regex.Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(unit.group(1), 16))));
    }

    static Path path(String resource) {
        try {
            return Path.of(TestLinks.class.getResource(resource).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
