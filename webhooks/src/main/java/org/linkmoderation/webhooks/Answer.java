package org.linkmoderation.webhooks;

import java.time.Duration;
import java.util.Optional;

/**
 * What a receiver has made of a notice.
 *
 * @param failure what went wrong; empty if it has taken the notice
 * @param isFinal whether the same call would fail each time
 * @param retryAfter how long it asks to be left alone; zero if it says nothing
 */
record Answer(Optional<String> failure, boolean isFinal, Duration retryAfter) {
    static final Answer TAKEN = new Answer(Optional.empty(), false, Duration.ZERO);

    /** It has not taken the notice, for now. */
    static Answer failed(String failure) {
        return new Answer(Optional.of(failure), false, Duration.ZERO);
    }
}
