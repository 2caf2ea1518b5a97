package org.linkmoderation.command;

import org.linkmoderation.Waiting;

/** What an execution waits for, in words. */
final class Waits {
    private Waits() {}

    /** For a line of a list: {@code RETRY until 10:00:04}. */
    static String inShort(Waiting waiting) {
        return waiting.reason() + " until " + waiting.until().toString().substring(0, 19);
    }

    /** For one execution: {@code RETRY in CheckSafety (CustomError), until 2026-11-22T10:00:04Z}. */
    static String inFull(Waiting waiting) {
        return waiting.reason()
                + (waiting.state().isEmpty() ? "" : " in " + waiting.state())
                + (waiting.detail().isEmpty() ? "" : " (" + waiting.detail() + ")")
                + ", until " + waiting.until();
    }
}
