package org.linkmoderation.journal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a writer is to know of the history in a record before it appends to it. It is the same for each writer who knows
 * the same number of events: only a write that adds events moves them, and of the writes after one event one is made.
 *
 * @param eventCount how many events there are
 * @param events those that the record has itself: the last ones
 * @param earlierEvents the sort key of the chunk with the events before them
 * @param payloads the sort keys of payloads that are stored; there may be more
 */
record RecordTail(long eventCount, List<AttributeValue> events, Optional<String> earlierEvents, Set<String> payloads) {
    /** Of a record that is not there. */
    static final RecordTail NONE = new RecordTail(0, List.of(), Optional.empty(), Set.of());

    /** How many bytes of events a record may have; it is rewritten with each transition, a write unit per kilobyte. */
    private static final int MAX_BYTES = 4_096;

    /** What is in items that were read. */
    static RecordTail of(Map<String, AttributeValue> record, Stream<Map<String, AttributeValue>> items) {
        return new RecordTail(
                Long.parseLong(record.get("eventCount").n()),
                record.get("events").l(),
                Optional.ofNullable(record.get(ExecutionItem.EARLIER_EVENTS)).map(AttributeValue::s),
                items.map(item -> item.get(ExecutionItem.SK).s()).collect(Collectors.toSet()));
    }

    /** Whether the record has no room for more events beside those that it has. */
    boolean isFull(List<AttributeValue> more) {
        return !events.isEmpty() && ExecutionItem.size(events) + ExecutionItem.size(more) > MAX_BYTES;
    }

    /**
     * This tail after a write.
     *
     * @param more the events that it has appended
     * @param chunk the chunk that it has put the earlier ones into, if it has
     * @param stored the sort keys of the payloads that it has stored
     */
    RecordTail after(List<AttributeValue> more, Optional<String> chunk, Set<String> stored) {
        List<AttributeValue> tail = new ArrayList<>(chunk.isPresent() ? List.of() : events);
        tail.addAll(more);
        Set<String> all = new HashSet<>(payloads);
        all.addAll(stored);
        return new RecordTail(eventCount + more.size(), tail, chunk.or(() -> earlierEvents), all);
    }
}
