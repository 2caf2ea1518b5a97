package org.linkmoderation;

import java.time.Instant;
import java.util.Map;

/**
 * One event in the history of an execution. Histories here are linear: the event before number <i>n</i> is <i>n</i>-1.
 *
 * @param id the number of the event, counted from 1 without gaps
 * @param timestamp when it happened, to the millisecond
 * @param type what happened
 * @param details the details by their names in the Step Functions API ({@code name}, {@code input}, {@code output},
 *     {@code error}, {@code cause}, …), JSON documents as text
 */
public record HistoryEvent(long id, Instant timestamp, HistoryEventType type, Map<String, String> details) {
    public HistoryEvent {
        details = Map.copyOf(details);
    }

    /** The number of the event before this one; 0 for the first. */
    public long previousEventId() {
        return id - 1;
    }
}
