package org.linkmoderation;

import java.time.Instant;
import java.util.Optional;

/**
 * What an execution waits for. While it waits it holds no thread and no consumer: its record says all that is needed to
 * take it up again, on any node.
 *
 * @param reason why it waits
 * @param state the name of the state that it waits in; empty if in none
 * @param detail what exactly it waits for, in a few words; at most 256 characters
 * @param until when it is taken up again, to the millisecond
 * @param callback what a task that was handed a token waits for; only with {@link Reason#CALLBACK}
 */
public record Waiting(Reason reason, String state, String detail, Instant until, Optional<PendingCallback> callback) {
    private static final int MAX_DETAIL_CHARACTERS = 256;

    /** Why an execution waits. */
    public enum Reason {
        /** The delay of a {@code Retry}. */
        RETRY,
        /** A service that it needs does not answer. */
        SERVICE_UNAVAILABLE,
        /** An undo failed; it is tried again. */
        UNDO_FAILED,
        /** A {@code Wait} state. */
        WAIT_STATE,
        /** A task that somebody else answers, by its token. */
        CALLBACK,
        /** Nothing any more: it is about to be taken up. */
        READY,
        /** Its run is gone; it is about to be taken up. */
        TAKEOVER,
        /** Its history can't be replayed by the definition that is deployed; an operator decides. */
        DEFINITION_CHANGED
    }

    public Waiting {
        detail = detail.length() <= MAX_DETAIL_CHARACTERS
                ? detail
                : detail.substring(0, MAX_DETAIL_CHARACTERS - 1) + "…";
    }

    /** A wait that no callback ends. */
    public Waiting(Reason reason, String state, String detail, Instant until) {
        this(reason, state, detail, until, Optional.empty());
    }

    /** An execution that is about to be taken up. */
    public static Waiting ready(String detail, Instant now) {
        return new Waiting(Reason.READY, "", detail, now);
    }

    /** The same wait, over at another time. */
    public Waiting until(Instant other) {
        return new Waiting(reason, state, detail, other, callback);
    }
}
