package org.linkmoderation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a client sends with a redrive, and again when it repeats it, so that it redrives once. The record of the
 * execution has it, among the ids of its requests.
 *
 * @param text 1 to 64 visible characters of ASCII
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html">RedriveExecution
 *     </a>
 */
public record ClientToken(String text) {
    private static final Duration VALIDITY = Duration.ofMinutes(15);
    private static final int MOST_OF_AN_EXECUTION = 10;

    /** No text has a blank. */
    private static final char SEPARATOR = ' ';

    /** A new id for a request with this token: of two redrives with one token, each is woken by its own messages. */
    public String requestId() {
        return prefix() + UUID.randomUUID();
    }

    private String prefix() {
        return "RedriveExecution" + SEPARATOR + text + SEPARATOR;
    }

    /**
     * When a request with this token has redriven an execution.
     *
     * @param now the time; tokens are valid for 15 minutes
     * @return empty if none has, or not among the last 10 redrives
     */
    public Optional<Instant> redriveDate(Execution execution, Instant now) {
        // The first request has started it, each other has redriven it
        List<String> requestIds = execution.requestIds();
        List<Instant> dates = execution.events().stream()
                .filter(event -> event.type() == HistoryEventType.ExecutionRedriven)
                .map(HistoryEvent::timestamp)
                .toList();
        for (int i = dates.size(); i > Math.max(0, dates.size() - MOST_OF_AN_EXECUTION); i--) {
            Instant date = dates.get(i - 1);
            if (requestIds.get(i).startsWith(prefix()) && date.plus(VALIDITY).isAfter(now)) {
                return Optional.of(date);
            }
        }
        return Optional.empty();
    }
}
