package org.linkmoderation.command;

import org.linkmoderation.Waiting;

/** What an execution waits for, in words. */
final class Waits {
    /** Of a date to the second. */
    private static final int WIDTH = 19;

    private Waits() {}

    /** For a column of a list: {@code RETRY 10:00:04}, or the reason alone where it is long. */
    static String inShort(Waiting waiting) {
        String both = waiting.reason() + " " + waiting.until().toString().substring(11, WIDTH);
        return both.length() <= WIDTH ? both : waiting.reason().name();
    }

    /** For one execution: {@code RETRY in CheckSafety (CustomError), until 2026-11-22T10:00:04Z}. */
    static String inFull(Waiting waiting) {
        return waiting.reason()
                + (waiting.state().isEmpty() ? "" : " in " + waiting.state())
                + (waiting.detail().isEmpty() ? "" : " (" + waiting.detail() + ")")
                + ", until " + waiting.until();
    }
}
