package org.linkmoderation.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures the scan and prints the tables. */
public final class ScanTable {

    private record Row(double scan, double contains) {}

    private ScanTable() {}

    /** Runs all measurements; takes about five minutes. */
    public static void main(String[] arguments) throws RunnerException, IOException, InterruptedException {
        var rows = new TreeMap<Integer, Row>();
        var options = new OptionsBuilder()
                .include(ScanBenchmark.class.getName())
                .verbosity(VerboseMode.SILENT)
                .build();
        System.err.println("Measuring for about five minutes …");
        for (var result : new Runner(options).run()) {
            int entries = Integer.parseInt(result.getParams().getParam("entries"));
            var counts = result.getSecondaryResults();
            double score = counts.get("links").getScore() / (counts.get("nanos").getScore() / 1e9);
            var row = rows.getOrDefault(entries, new Row(0, 0));
            rows.put(
                    entries,
                    result.getPrimaryResult().getLabel().equals("scan")
                            ? new Row(score, row.contains)
                            : new Row(row.scan, score));
        }
        System.out.printf(
                "%10s %14s %12s %12s %18s %10s%n",
                "entries", "URLs/s, scan", "load, ms", "list, MB", "URLs/s, contains", "ratio");
        long without = Long.parseLong(cost(0)[1]);
        for (var row : rows.entrySet()) {
            var cost = cost(row.getKey());
            var scan = row.getValue().scan;
            var contains = row.getValue().contains;
            System.out.printf(
                    "%,10d %,14.0f %,12d %12.1f %18s %10s%n",
                    row.getKey(),
                    scan,
                    Long.parseLong(cost[0]),
                    (Long.parseLong(cost[1]) - without) / 1e6,
                    // A loop over nothing is no comparison
                    row.getKey() == 0 ? "-" : String.format("%,.1f", contains),
                    row.getKey() == 0 ? "-" : String.format("%,.0f", scan / contains));
        }
        System.out.println("URLs/s and load: in processor time of one core. list: heap that the list takes.");
        System.out.println();
        WorstCase.measure().forEach(System.out::println);
    }

    private static String[] cost(int entries) throws IOException, InterruptedException {
        var file = Links.file(Links.domains(entries));
        var out = Files.createTempFile("link-scan-bench", ".out");
        try {
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:ActiveProcessorCount=1",
                            "-Xmx512m",
                            // Or the collector leaves dead objects and caches lying, which would count
                            "-XX:MarkSweepAlwaysCompactCount=1",
                            "-XX:SoftRefLRUPolicyMSPerMB=0",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ListCost.class.getName(),
                            entries == 0 ? "" : file.toString())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException("The process that loads " + entries + " entries failed.");
            }
            return Files.readString(out, StandardCharsets.UTF_8).strip().split(" ");
        } finally {
            Files.delete(file);
            Files.delete(out);
        }
    }
}
