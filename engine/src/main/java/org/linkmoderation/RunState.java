package org.linkmoderation;

import java.time.Instant;
import java.util.Optional;

/**
 * Who drives an execution, and what it waits for: the part of its record that changes beside its history.
 *
 * <p>A run may write only while token and claim are its own. Each time that an execution is parked the token's number
 * goes up, so that of two messages that would wake it one is too old.
 *
 * @param status the status
 * @param token {@code <origin>~<n>}: the id of the message that started or redrove the execution, and how often it was
 *     parked since
 * @param claimedBy the id of the message whose run drives it, or drove it to its end; empty while it waits
 * @param waiting what it waits for; empty while it is driven and after its end
 * @param wakeAt when the sweep looks at it next; empty after its end
 * @param doubt what keeps it from being undone; only of one in doubt
 * @param redriveCount how often it was redriven
 */
public record RunState(
        ExecutionStatus status,
        String token,
        Optional<String> claimedBy,
        Optional<Waiting> waiting,
        Optional<Instant> wakeAt,
        Optional<UndoFailure> doubt,
        int redriveCount) {
    private static final char SEPARATOR = '~';

    /**
     * An execution that starts.
     *
     * @param messageId the id of the message that it is driven by
     * @param takeOverAt when the sweep looks whether its run is still alive
     */
    public static RunState started(String messageId, Instant takeOverAt) {
        return new RunState(
                ExecutionStatus.RUNNING,
                token(messageId),
                Optional.of(messageId),
                Optional.empty(),
                Optional.of(takeOverAt),
                Optional.empty(),
                0);
    }

    /** The token of a message that starts or redrives an execution. */
    public static String token(String messageId) {
        return messageId + SEPARATOR + 0;
    }

    /** The id of the message that started or redrove the execution. */
    public String origin() {
        return token.substring(0, token.lastIndexOf(SEPARATOR));
    }

    /** Whether a token is the one before this state's: the run that it belongs to has parked the execution. */
    public boolean isParkedBy(String other) {
        return waiting.isPresent() && next(other).equals(token);
    }

    private static String next(String token) {
        int separator = token.lastIndexOf(SEPARATOR);
        try {
            long parks = separator < 0 ? -1 : Long.parseLong(token.substring(separator + 1));
            return parks < 0 ? "" : token.substring(0, separator + 1) + (parks + 1);
        } catch (NumberFormatException e) {
            return "";
        }
    }

    /** The execution is driven by a message's run from now on. */
    public RunState claimed(String messageId, Instant takeOverAt) {
        return new RunState(
                status, token, Optional.of(messageId), Optional.empty(), Optional.of(takeOverAt), doubt, redriveCount);
    }

    /**
     * The execution waits, and nobody drives it.
     *
     * @param next when the sweep looks whether it was woken
     */
    public RunState parked(Waiting wait, Instant next) {
        return new RunState(
                status, next(token), Optional.empty(), Optional.of(wait), Optional.of(next), doubt, redriveCount);
    }

    /** The same wait, with another end. */
    public RunState waiting(Waiting wait, Instant next) {
        return new RunState(status, token, claimedBy, Optional.of(wait), Optional.of(next), doubt, redriveCount);
    }

    /** The execution has ended; the message whose run drove it tells of that. */
    public RunState ended(ExecutionStatus end) {
        return new RunState(end, token, claimedBy, Optional.empty(), Optional.empty(), Optional.empty(), redriveCount);
    }

    /** Whether a message is to tell of the end, once or again. */
    public boolean isEndToldBy(String messageToken, String messageId) {
        return status.isFinal()
                && token.equals(messageToken)
                && claimedBy.filter(other -> !other.equals(messageId)).isEmpty();
    }

    /** The execution, which nobody drives, has ended: what would have woken it is too old. */
    public RunState endedWhileParked(ExecutionStatus end) {
        return new RunState(
                end, next(token), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), redriveCount);
    }

    /** The execution can't be undone for now. */
    public RunState inDoubt(UndoFailure about) {
        return new RunState(
                ExecutionStatus.IN_DOUBT, token, claimedBy, waiting, wakeAt, Optional.of(about), redriveCount);
    }

    /** What the execution was in doubt about is settled. */
    public RunState settled() {
        return new RunState(ExecutionStatus.RUNNING, token, claimedBy, waiting, wakeAt, Optional.empty(), redriveCount);
    }

    /** The execution, which had ended, is driven again. */
    public RunState redriven(String messageId, Instant takeOverAt) {
        return new RunState(
                ExecutionStatus.RUNNING,
                token(messageId),
                Optional.of(messageId),
                Optional.empty(),
                Optional.of(takeOverAt),
                Optional.empty(),
                redriveCount + 1);
    }
}
