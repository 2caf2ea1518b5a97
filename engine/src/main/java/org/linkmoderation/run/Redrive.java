package org.linkmoderation.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.RunState;
import org.linkmoderation.journal.Transition;

/**
 * A redrive: the write that makes an execution that had ended run again.
 *
 * @param write the write
 * @param execution the execution after it
 */
record Redrive(Transition write, Execution execution) {
    /**
     * A redrive of an execution.
     *
     * @param ended the execution as it was found
     * @param run who drives it from now on, or what it waits for
     * @param requestId identifies the request
     * @param details of the event, besides the number of the redrive
     * @param now the time
     */
    static Redrive of(Execution ended, RunState run, String requestId, Map<String, String> details, Instant now) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("redriveCount", Integer.toString(ended.redriveCount() + 1));
        all.putAll(details);
        HistoryEvent redriven =
                new HistoryEvent(ended.events().size() + 1L, now, HistoryEventType.ExecutionRedriven, all);
        Transition write = new Transition(
                ended.id(),
                ended.incarnation(),
                ended.events().size(),
                ended.run(),
                run,
                List.of(redriven),
                Optional.of(requestId));
        return new Redrive(
                write,
                ended.requestedBy(requestId)
                        .with(
                                run,
                                Stream.concat(ended.events().stream(), Stream.of(redriven))
                                        .toList()));
    }
}
