package org.linkmoderation.component;

import java.util.function.Consumer;

/** Passes refusals on to the log, at most one in ten seconds, and counts those between: whoever calls how often. */
public final class Refusals {
    private static final long BETWEEN_NANOS = 10_000_000_000L;
    private static final int LONGEST = 300;

    private final Consumer<String> log;
    private boolean first = true;
    private long lastNanos;
    private long unsaid;

    /** @param log takes a sentence */
    public Refusals(Consumer<String> log) {
        this.log = log;
    }

    /**
     * Notes a refusal.
     *
     * @param sentence what was refused to whom and why; what is not printable ASCII in it, since a caller may have sent
     *     it, is logged as {@code ?}
     */
    public synchronized void add(String sentence) {
        long now = System.nanoTime();
        if (!first && now - lastNanos < BETWEEN_NANOS) {
            unsaid++;
            return;
        }
        first = false;
        lastNanos = now;
        String printable = sentence.replaceAll("[^ -~]", "?");
        String shown = printable.length() > LONGEST ? printable.substring(0, LONGEST) + "…" : printable;
        log.accept(unsaid == 0 ? shown : shown + " (" + unsaid + " more were refused before it.)");
        unsaid = 0;
    }
}
