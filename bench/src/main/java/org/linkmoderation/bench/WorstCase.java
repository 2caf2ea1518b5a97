package org.linkmoderation.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.linkmoderation.functions.scan.LinkScan;

/**
 * How much processor time the scan takes at most for inputs that are made to be slow, most of 2,048 characters, and for
 * random ones. Processor time, because a clock on the wall would show what else the machine does.
 */
final class WorstCase {

    private static final int LENGTH = 2_048;
    private static final int RANDOM = 4_000;
    private static final String SYMBOLS = "%25abcdefhtps:/\\@?#[].&=-_ \u3002\u00ad\u0430\u00e4\u65e5\u0301\u200b";

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private record Result(String kind, double slowest, double typical) {}

    private WorstCase() {}

    /** Measures, and returns lines of a table. */
    static List<String> measure() {
        var scan = LinkScan.of(Map.of());
        var random = new Random(3);
        for (int i = 0; i < 3_000; i++) {
            scan.judge(random("https://", random));
            scan.judge(random("https://example.org/", random));
        }
        // Each kind goes its own way through the scan, which is to be compiled before it is measured
        for (int i = 0; i < 100; i++) {
            kinds().values().forEach(scan::judge);
        }
        var results = new ArrayList<Result>();
        for (var kind : kinds().entrySet()) {
            results.add(measure(scan, kind.getKey(), List.of(kind.getValue())));
        }
        results.add(measure(scan, RANDOM + " random texts", some(() -> random("", random))));
        results.add(measure(scan, RANDOM + " random URLs", some(() -> random("https://", random))));
        results.add(measure(scan, RANDOM + " random paths", some(() -> random("https://example.org/", random))));
        var lines = new ArrayList<String>();
        lines.add(String.format(
                "%-44s %14s %14s", "input, of 2,048 characters if not said", "slowest, ms", "typical*, ms"));
        for (var result : results) {
            lines.add(String.format("%-44s %14.2f %14.2f", result.kind, result.slowest, result.typical));
        }
        lines.add("* the best of ten runs of each input, which leaves out the compiler and the collector at work");
        return lines;
    }

    private static Map<String, String> kinds() {
        var kinds = new java.util.LinkedHashMap<String, String>();
        kinds.put("path of nested percent signs, %252525…", fill("https://example.org/%", "25"));
        kinds.put("path of percent signs, %25%25…", fill("https://example.org/", "%25"));
        kinds.put("path encoded five times, %2525252561…", fill("https://example.org/", "%2525252561"));
        kinds.put("path of dots, /../../…", fill("https://example.org/", "../"));
        kinds.put("path of encoded dots, /%2e%2e/…", fill("https://example.org/a", "/a/%2e%2e"));
        kinds.put("path of slashes", fill("https://example.org/", "/"));
        kinds.put("path of backslashes", fill("https://example.org", "\\"));
        kinds.put("deep path", fill("https://example.org", "/a"));
        kinds.put("path in Cyrillic, encoded", fill("https://example.org/", "%D0%B0"));
        kinds.put("path in Cyrillic, as it is", fill("https://example.org/", "\u0430"));
        kinds.put("path of accents, encoded", fill("https://example.org/a", "%CC%81"));
        kinds.put("path of ligatures, encoded", fill("https://example.org/", "%EF%B7%BA"));
        kinds.put("path of phrases' beginnings", fill("https://example.org/", "malwarmalwar"));
        kinds.put("query of parameters", fill("https://example.org/?", "b&a&"));
        kinds.put("query of encoded parameters", fill("https://example.org/?", "%2562=%2561&"));
        kinds.put("host of labels", fill("https://", "a."));
        kinds.put("host of numbers", fill("https://", "1."));
        kinds.put("host of numbers with hyphens", fill("https://", "9-".repeat(31) + "a."));
        kinds.put("host of zeros", fill("https://", "0"));
        kinds.put("host in Cyrillic", fill("https://", "\u0430"));
        kinds.put("host of international labels", fill("https://", "\u0430\u3002"));
        kinds.put("host of punycode", fill("https://xn--", "80a"));
        kinds.put("host of invisible characters", fill("https://a", "\u00ad"));
        kinds.put("host of colons in brackets", fill("https://[", ":"));
        kinds.put("port of zeros", fill("https://example.org:", "0"));
        kinds.put("user-info of at signs", fill("https://", "@"));
        kinds.put("tabs", fill("https://example.org/", "\t"));
        kinds.put("fragment", fill("https://example.org/#", "%25a"));
        kinds.put("query of URLs", fill("https://example.org/?", "u=https://a.example.org/&"));
        kinds.put("URLs in URLs in the path", fill("https://example.org/", "https://a.example.org/"));
        kinds.put(
                "URLs in URLs, encoded", fill("https://example.org/?u=https://", "a.example.org/%253Fu%253Dhttps://"));
        kinds.put("URL in Base64 over and over", fill("https://example.org/", "aHR0cHM6Ly9h"));
        kinds.put("redirector's path of hosts", fill("https://12ft.io/", "a.example.org/"));
        kinds.put(
                "path of nearly lures below a brand's name",
                fill("https://paypal.example.net/", "xmyonlinewebsitemymymyx-"));
        kinds.put("path of one word below a brand's name", fill("https://paypal.example.net/", "signi"));
        kinds.put("host of a brand over and over", fill("https://" + "paypal-".repeat(8) + "x.com/", "a"));
        kinds.put(
                "host of words",
                "https://" + "paypalmymymymymymymymymymymymymymymymymymymymymymymymymymymymyz.".repeat(3) + "com/");
        kinds.put("host of hyphens", "https://" + ("a" + "-".repeat(61) + "b.").repeat(3) + "com/");
        kinds.put("host of near names", "https://" + "paypa-googl-".repeat(5) + "a." + "netfli-".repeat(8) + "a.com/");
        kinds.put("host in Chinese below a brand's name", "https://paypal." + "\u65e5".repeat(16) + ".com/");
        kinds.put("path of separators", fill("https://example.org/", "m.a-l_w~"));
        kinds.put("path of phrases' beginnings with signs", fill("https://example.org/", "m4l.wa-"));
        kinds.put("query of signs", fill("https://example.org/?", "@$!|&="));
        kinds.put("label of 8,000 letters", "https://" + "a".repeat(8_000) + ".com/");
        kinds.put("label of 80,000 Chinese characters", "https://" + "\u65e5".repeat(80_000) + ".com/");
        kinds.put("8,000 separators", "https://example.org/" + "-.".repeat(4_000));
        kinds.put("8,000 escapes", "https://example.org/" + "%25".repeat(8_000));
        return kinds;
    }

    private static Result measure(LinkScan scan, String kind, List<String> inputs) {
        double slowest = 0;
        double slowestBest = 0;
        for (var input : inputs) {
            double best = Double.MAX_VALUE;
            for (int i = 0; i < 10; i++) {
                long start = CPU.getCurrentThreadCpuTime();
                scan.judge(input);
                double millis = (CPU.getCurrentThreadCpuTime() - start) / 1e6;
                slowest = Math.max(slowest, millis);
                best = Math.min(best, millis);
            }
            slowestBest = Math.max(slowestBest, best);
        }
        return new Result(kind, slowest, slowestBest);
    }

    private static List<String> some(Supplier<String> input) {
        var inputs = new ArrayList<String>();
        for (int i = 0; i < RANDOM; i++) {
            inputs.add(input.get());
        }
        return inputs;
    }

    private static String random(String beginning, Random random) {
        var text = new StringBuilder(beginning);
        while (text.length() < LENGTH) {
            text.append(SYMBOLS.charAt(random.nextInt(SYMBOLS.length())));
        }
        return text.toString();
    }

    private static String fill(String beginning, String repeated) {
        var text = new StringBuilder(beginning);
        while (text.length() + repeated.length() <= LENGTH) {
            text.append(repeated);
        }
        return text.toString();
    }
}
