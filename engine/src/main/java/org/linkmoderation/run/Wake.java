package org.linkmoderation.run;

import java.time.Instant;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.Waiting;

/**
 * The message that takes up an execution that waits.
 *
 * @param id what identifies the execution
 * @param token the token that it was parked with: it is woken only while that is still its own
 * @param at when it is due
 * @param input the input as the request brought it, where that holds more than the journal; else empty
 * @param traceparent the trace that the execution belongs to, if it is traced
 */
public record Wake(ExecutionId id, String token, Instant at, Optional<String> input, Optional<String> traceparent) {
    /** The wake-up of an execution that is parked. */
    public static Wake of(Execution parked, Optional<String> input) {
        return new Wake(
                parked.id(),
                parked.run().token(),
                parked.waiting().map(Waiting::until).orElseThrow(),
                input,
                parked.traceparent());
    }
}
