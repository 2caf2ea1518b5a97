package org.linkmoderation.coordinator.server;

import java.util.function.Consumer;

/** Passes refusals on to the log, one every ten seconds at most, and counts those between. */
final class Refusals {

    private static final long BETWEEN_NANOS = 10_000_000_000L;
    private static final int LONGEST = 300;

    private final Consumer<String> log;
    private boolean first = true;
    private long lastNanos;
    private long unsaid;

    Refusals(Consumer<String> log) {
        this.log = log;
    }

    /**
     * Notes a refusal.
     *
     * @param sentence what was refused to whom and why; what a caller has sent of it is in an escaped form
     */
    synchronized void add(String sentence) {
        long now = System.nanoTime();
        if (!first && now - lastNanos < BETWEEN_NANOS) {
            unsaid++;
            return;
        }
        first = false;
        lastNanos = now;
        var shown = sentence.length() > LONGEST ? sentence.substring(0, LONGEST) + "…" : sentence;
        log.accept(unsaid == 0 ? shown : shown + " (" + unsaid + " more were refused before it.)");
        unsaid = 0;
    }
}
