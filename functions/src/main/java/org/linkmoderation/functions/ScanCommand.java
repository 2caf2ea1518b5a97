package org.linkmoderation.functions;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.linkmoderation.functions.scan.LinkScan;
import org.linkmoderation.functions.scan.ListsUnavailable;
import org.linkmoderation.functions.scan.Verdict;

/** The scan as a command line: one verdict a URL, on one line each. */
public final class ScanCommand {

    private static final int SAFE = 0;
    private static final int UNSAFE = 1;
    private static final int USAGE = 2;

    private static final String HELP = """
            Usage: java -jar link-moderation-functions-<version>-aws.jar [--json] URL…
                   java -jar link-moderation-functions-<version>-aws.jar [--json] --file FILE

            Says of each URL whether it is safe, why not, and in which canonical form it was judged.

              --file FILE  one URL a line, empty lines are left out; - is the standard input
              --json       a JSON object a line
              --help       this text

            Exit code: 0 all are safe, 1 any is unsafe, 2 nothing could be judged.
            The settings LINK_SCAN_… are environment variables, as for the function; the README explains them.
            """;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    ScanCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int code = new ScanCommand(System.getenv(), out, System.err).run(List.of(arguments));
        out.flush();
        System.exit(code);
    }

    /** Runs the command line and returns its exit code. */
    int run(List<String> arguments) {
        var urls = new ArrayList<String>();
        String file = null;
        boolean json = false;
        boolean options = true;
        for (var remaining = new ArrayList<>(arguments); !remaining.isEmpty(); ) {
            var argument = remaining.remove(0);
            if (!options || !argument.startsWith("-")) {
                urls.add(argument);
            } else if (argument.equals("--")) {
                options = false;
            } else if (argument.equals("--json")) {
                json = true;
            } else if (argument.equals("--help")) {
                out.print(HELP);
                return SAFE;
            } else if (argument.equals("--file") && file == null && !remaining.isEmpty()) {
                file = remaining.remove(0);
            } else if (argument.equals("--file")) {
                return misused("--file is followed by the name of one file.");
            } else {
                return misused("There is no option " + printable(argument) + ".");
            }
        }
        if (urls.isEmpty() == (file == null)) {
            return misused("Give either URLs or --file with the name of a file.");
        }
        try {
            var scan = LinkScan.of(environment);
            scan.prepare();
            return file == null ? judge(scan, urls, json) : judgeFile(scan, file, json);
        } catch (InvalidSetting | ListsUnavailable e) {
            return failed(e.getMessage());
        }
    }

    private int judge(LinkScan scan, Collection<String> urls, boolean json) {
        int code = SAFE;
        for (var url : urls) {
            code = Math.max(code, judge(scan, url, json));
        }
        return code;
    }

    private int judgeFile(LinkScan scan, String file, boolean json) {
        try (var lines = "-".equals(file)
                ? new BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(file))) {
            int code = SAFE;
            boolean any = false;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    any = true;
                    code = Math.max(code, judge(scan, line, json));
                }
            }
            return any ? code : failed("There is no URL in " + printable(file) + ".");
        } catch (IOException | InvalidPathException e) {
            return failed("The file " + printable(file) + " cannot be read: "
                    + e.getClass().getSimpleName() + ".");
        }
    }

    private int judge(LinkScan scan, String url, boolean json) {
        var verdict = scan.judge(url);
        out.println(json ? asJson(url, verdict) : asText(url, verdict));
        return verdict.safe() ? SAFE : UNSAFE;
    }

    private int misused(String sentence) {
        err.println(sentence);
        err.print(HELP);
        return USAGE;
    }

    private int failed(String sentence) {
        err.println(sentence);
        return USAGE;
    }

    private static String asText(String url, Verdict verdict) {
        var codes = new ArrayList<String>();
        verdict.reasons().forEach(reason -> codes.add(reason.name()));
        verdict.noteCodes().forEach(note -> codes.add("(" + note + ")"));
        var form = verdict.canonicalUrl() == null ? "no canonical form: " + printable(url) : verdict.canonicalUrl();
        return String.format(
                "%-6s  %-30s  %s",
                verdict.safe() ? "safe" : "unsafe", codes.isEmpty() ? "-" : String.join(",", codes), form);
    }

    private static String asJson(String url, Verdict verdict) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("url", url);
        verdict.writeTo(fields);
        return fields.entrySet().stream()
                .map(field -> json(field.getKey()) + ":" + json(field.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String json(Object value) {
        if (value instanceof String text) {
            return '"' + escaped(text, true) + '"';
        }
        if (value instanceof Collection<?> values) {
            return values.stream().map(ScanCommand::json).collect(Collectors.joining(",", "[", "]"));
        }
        return String.valueOf(value);
    }

    /** Keeps what a terminal would act upon, or show in another order, from it. */
    private static String printable(String text) {
        return escaped(text, false);
    }

    private static String escaped(String text, boolean quoted) {
        var escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            if (quoted && (c == '"' || c == '\\')) {
                escaped.append('\\').append(c);
            } else if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
