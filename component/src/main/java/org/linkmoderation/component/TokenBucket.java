package org.linkmoderation.component;

import java.util.function.LongSupplier;

/** Lets so many requests through at once, and then as many a second as its rate says. */
public final class TokenBucket {
    private final int size;
    private final double perSecond;
    private final LongSupplier nanoTime;
    private double tokens;
    private long refilled;

    /**
     * @param size how many requests at once
     * @param perSecond how many tokens come back in a second
     * @param nanoTime the time, in nanoseconds
     */
    public TokenBucket(int size, double perSecond, LongSupplier nanoTime) {
        this.size = size;
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.tokens = size;
        this.refilled = nanoTime.getAsLong();
    }

    /** Takes a token, if there is one. */
    public synchronized boolean take() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(size, tokens + (now - refilled) * perSecond / 1e9);
        refilled = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
