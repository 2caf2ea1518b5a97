package org.linkmoderation.run;

import org.linkmoderation.Execution;

/** What came of a message. */
public sealed interface Outcome {
    /** The execution has ended, and its end is to be told. */
    record Ended(Execution execution) implements Outcome {}

    /** The execution waits: the wake-up is to be sent before the message is acknowledged. */
    record Parked(Wake wake) implements Outcome {}

    /**
     * Nothing is to be done: another message sees the execution through, or it waits for longer than a message does.
     */
    record Done() implements Outcome {}
}
