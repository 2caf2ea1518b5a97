package org.linkmoderation.rescan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.component.Poll;
import org.linkmoderation.states.Schedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the rescan of all links whenever the function scans with other lists. Each container does so for itself: the
 * name of the execution is that of the lists, so that one is started.
 */
final class ListsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListsWatch.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Pattern LIST_VERSION = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    private final Executions executions;
    private final Poll poll;

    /**
     * @param executions starts the rescans
     * @param interval how often the function is asked
     */
    ListsWatch(Executions executions, Duration interval) {
        this.executions = executions;
        poll = new Poll(
                "rescan lists",
                FIRST.compareTo(interval) < 0 ? FIRST : interval,
                interval,
                this::look,
                failure -> LOG.warn("It is not known whether lists have changed; it is asked again: {}", failure));
    }

    /** Starts the rescan of what was not scanned with the present lists, unless that was done. */
    void look() throws InvalidRequestException {
        if (!executions.stateMachines().containsAll(List.of(RescanAllStateMachine.NAME, ListsStateMachine.NAME))) {
            // They are starting
            return;
        }
        Execution asked = executions.runExpress(ListsStateMachine.NAME, Optional.empty(), ListsStateMachine.INPUT);
        if (asked.status() != ExecutionStatus.SUCCEEDED) {
            throw new InvalidRequestException("the function does not say which lists it scans with: "
                    + asked.error().orElse(""));
        }
        Optional<String> version = version(asked.output().orElse("{}"));
        if (version.isPresent()) {
            Schedule.startOnce(
                    executions,
                    RescanAllStateMachine.NAME,
                    "lists-" + version.get(),
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("listVersion", version.get())
                            .toString());
        }
    }

    private static Optional<String> version(String answer) throws InvalidRequestException {
        try {
            return Optional.ofNullable(JSON.readTree(answer).path("listVersion").textValue())
                    .filter(text -> LIST_VERSION.matcher(text).matches());
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("the function's answer is no JSON", e);
        }
    }

    @Override
    public void close() {
        poll.close();
    }
}
