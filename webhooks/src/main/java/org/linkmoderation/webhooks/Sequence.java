package org.linkmoderation.webhooks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.linkmoderation.Execution;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;

/**
 * Keeps the notices of one execution in order. Only an execution that failed and was redriven has several; and a notice
 * that waits to be sent again must not come after the next. So the later one brings those before it along: they are
 * made of the history, with the same ids. A notice that finds in the journal that the execution has ended again is left
 * to that later one.
 *
 * <p>A call with an earlier notice can be under way when the execution ends again. The later notice is therefore held
 * for longer than such a call can take.
 */
final class Sequence {
    /** What a container that pauses may add to the time of a call. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final Executions executions;
    private final Duration timeout;

    /**
     * @param executions has the histories
     * @param timeout how long a call may take
     */
    Sequence(Executions executions, Duration timeout) {
        this.executions = executions;
        this.timeout = timeout;
    }

    /** How long a notice is held before it is sent for the first time. */
    Duration hold(Notice notice) {
        return notice.number() == 0
                ? Duration.ZERO
                : timeout.multipliedBy(notice.number()).plus(MARGIN);
    }

    /**
     * What is to be sent for a notice by now, in order.
     *
     * @return the notice itself, after those before it; nothing if a later one brings it along
     * @throws RuntimeException if the journal does not answer
     */
    List<Notice> due(Notice notice) {
        if (notice.isLast() && notice.number() == 0) {
            return List.of(notice);
        }
        Execution recorded;
        try {
            recorded = executions.describe(notice.execution());
        } catch (InvalidRequestException e) {
            // It was deleted, or was never recorded
            return List.of(notice);
        }
        if (!notice.isOf(recorded)) {
            return List.of(notice);
        }
        if (Notice.ends(recorded) > notice.number() + 1) {
            return List.of();
        }
        List<Notice> due = new ArrayList<>(notice.earlier(recorded));
        due.add(notice);
        return due;
    }
}
