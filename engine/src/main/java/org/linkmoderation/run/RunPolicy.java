package org.linkmoderation.run;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.linkmoderation.UndoFailure;

/**
 * How the executions of a state machine are run.
 *
 * @param timeout the state machine's TimeoutSeconds
 * @param takeOverAfter how long nothing must have happened to an execution that does not wait before its run counts as
 *     lost: more than the longest call of a task takes, for two runs would both make it
 * @param journaledInput makes of an input, a JSON document, what of it may be journaled; always the same
 * @param readsFirst whether the record is looked for before a run: where a run does something before its first write
 * @param undoDue when an undo that has failed is tried again
 * @param definition the fingerprint of the definition that is deployed
 */
public record RunPolicy(
        Duration timeout,
        Duration takeOverAfter,
        UnaryOperator<String> journaledInput,
        boolean readsFirst,
        Function<UndoFailure, Instant> undoDue,
        String definition) {
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final Duration UNDO_DELAY = Duration.ofMinutes(1);

    /** A policy with defaults for all but the timeout. */
    public static RunPolicy of(Duration timeout) {
        return new RunPolicy(
                timeout,
                MARGIN,
                UnaryOperator.identity(),
                false,
                doubt -> doubt.lastAttempt().plus(UNDO_DELAY),
                "");
    }

    /** The same, where a call of a task takes at most so long. */
    public RunPolicy longestCall(Duration longest) {
        return new RunPolicy(timeout, longest.plus(MARGIN), journaledInput, readsFirst, undoDue, definition);
    }

    /** The same, with what of an input may be journaled. */
    public RunPolicy journalingInput(UnaryOperator<String> input) {
        return new RunPolicy(timeout, takeOverAfter, input, readsFirst, undoDue, definition);
    }

    /** The same, where the record is looked for before each run. */
    public RunPolicy readingFirst() {
        return new RunPolicy(timeout, takeOverAfter, journaledInput, true, undoDue, definition);
    }

    /** The same, with another time for the next attempt of an undo. */
    public RunPolicy undoDue(Function<UndoFailure, Instant> due) {
        return new RunPolicy(timeout, takeOverAfter, journaledInput, readsFirst, due, definition);
    }

    /** The same, of another definition. */
    public RunPolicy definition(String fingerprint) {
        return new RunPolicy(timeout, takeOverAfter, journaledInput, readsFirst, undoDue, fingerprint);
    }
}
