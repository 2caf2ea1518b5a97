package org.linkmoderation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.linkmoderation.functions.scan.LinkScan;

/** What a list costs in a new process: the time until the first link can be judged, and the heap that stays in use. */
public final class ListCost {

    private ListCost() {}

    /** Loads the list in a file, or none for an empty argument, and prints milliseconds and bytes. */
    public static void main(String[] arguments) throws IOException {
        var list = arguments[0].isEmpty() ? "" : " domains=" + Path.of(arguments[0]);
        // What the scan needs without any list
        LinkScan.of(Map.of("LINK_SCAN_BLOCK_LISTS", "phrases=packaged:phrases.txt"))
                .prepare();
        long before = used();
        long start = System.nanoTime();
        var scan = LinkScan.of(Map.of("LINK_SCAN_BLOCK_LISTS", "phrases=packaged:phrases.txt" + list));
        scan.prepare();
        long millis = (System.nanoTime() - start) / 1_000_000;
        long bytes = used() - before;
        if (scan.judge("https://example.org/").safe()) {
            System.out.println(
                    millis + " " + bytes + " " + (arguments[0].isEmpty() ? 0 : Files.size(Path.of(arguments[0]))));
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
