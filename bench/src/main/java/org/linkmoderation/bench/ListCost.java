package org.linkmoderation.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Map;
import org.linkmoderation.functions.scan.LinkScan;

/**
 * What a list costs in a new process: the processor time until the first link can be judged, and the heap in use then.
 */
public final class ListCost {

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private ListCost() {}

    /** Loads the list in a file, or none for an empty argument, and prints milliseconds and bytes. */
    public static void main(String[] arguments) {
        var settings = Map.of(
                "LINK_SCAN_BLOCK_LISTS",
                "phrases=packaged:phrases.txt" + (arguments[0].isEmpty() ? "" : " domains=" + Path.of(arguments[0])));
        // The classes and tables that the scan needs with any list
        LinkScan.of(Map.of("LINK_SCAN_BLOCK_LISTS", "phrases=packaged:phrases.txt"))
                .prepare();
        long start = CPU.getCurrentThreadCpuTime();
        var scan = LinkScan.of(settings);
        scan.prepare();
        long millis = (CPU.getCurrentThreadCpuTime() - start) / 1_000_000;
        long bytes = used();
        // The scan is used once more, or the collector might have had it
        if (scan.judge("https://example.org/").safe()) {
            System.out.println(millis + " " + bytes);
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
