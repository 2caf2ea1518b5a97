package org.linkmoderation.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The tails of the records that this container has read or written last, so that most writes need no read. */
final class RecordTails {
    /** More than there are runs in a container, as a rule. Each takes some kilobytes. */
    private static final int MAX_SIZE = 512;

    private final Map<String, RecordTail> byIncarnation = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RecordTail> eldest) {
            return size() > MAX_SIZE;
        }
    };

    /** The tail of a record, if it is known as it is after so many events. */
    synchronized Optional<RecordTail> find(String incarnation, long eventCount) {
        return Optional.ofNullable(byIncarnation.get(incarnation)).filter(tail -> tail.eventCount() == eventCount);
    }

    synchronized void put(String incarnation, RecordTail tail) {
        byIncarnation.put(incarnation, tail);
    }

    synchronized void remove(String incarnation) {
        byIncarnation.remove(incarnation);
    }
}
