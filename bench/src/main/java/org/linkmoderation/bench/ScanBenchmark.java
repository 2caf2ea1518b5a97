package org.linkmoderation.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.linkmoderation.functions.scan.LinkScan;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Links judged in one thread, and beside it a loop that asks of each entry whether the URL contains it.
 * {@link Processor} counts per second of processor time, which is what one core does, whatever else the machine has to
 * do.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-Xmx1g"})
@Warmup(iterations = 6, time = 4)
@Measurement(iterations = 5, time = 3)
public class ScanBenchmark {

    /** The number of entries of the block list. */
    @Param({"0", "100000", "1000000"})
    public int entries;

    private LinkScan scan;
    private List<String> list;
    private List<String> urls;
    private int next;

    /** How many links were judged in how much processor time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Processor {

        private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

        /** The number of links. */
        public long links;

        /** The processor time of the thread. */
        public long nanos;

        private long start;

        /** Starts to count. */
        @Setup(Level.Iteration)
        public void start() {
            start = CPU.getCurrentThreadCpuTime();
        }

        /** Takes the time. */
        @TearDown(Level.Iteration)
        public void stop() {
            nanos = CPU.getCurrentThreadCpuTime() - start;
        }
    }

    /** Loads the list both ways. */
    @Setup
    public void load() throws IOException {
        list = Links.domains(entries);
        urls = Links.urls(list);
        var file = Links.file(list);
        try {
            scan = LinkScan.of(Map.of(
                    "LINK_SCAN_BLOCK_LISTS",
                    "phrases=packaged:phrases.txt" + (entries == 0 ? "" : " domains=" + file),
                    "LINK_SCAN_REFRESH_SECONDS",
                    "86400"));
            scan.prepare();
        } finally {
            Files.delete(file);
        }
    }

    /** The whole scan. */
    @Benchmark
    public Object scan(Processor processor) {
        processor.links++;
        return scan.judge(nextUrl());
    }

    /** What the scan replaces: no canonical form, no rules. */
    @Benchmark
    public boolean containsLoop(Processor processor) {
        processor.links++;
        var url = nextUrl();
        for (var entry : list) {
            if (url.contains(entry)) {
                return true;
            }
        }
        return false;
    }

    private String nextUrl() {
        next = next == urls.size() - 1 ? 0 : next + 1;
        return urls.get(next);
    }
}
