package org.linkmoderation.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.PendingCallback;
import org.linkmoderation.RunState;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The items of the executions table: an execution as attributes, and back. */
final class ExecutionItem {
    static final String PK = "PK";
    static final String SK = "SK";
    /** In how many partitions each index has the executions of a state machine. */
    static final int SHARDS = 8;

    static final String STATUS_KEY = "statusKey";
    /** The partition of the index by name, called so before there were several. */
    static final String NAME_SHARD = "stateMachine";

    static final String REDRIVE_COUNT = "redriveCount";
    static final String NAME = "name";
    static final String RECORD = "EXECUTION";
    private static final String DOUBT = "doubt";
    private static final String WAITING = "waiting";
    /** The reason of {@value #WAITING} again, for the index: an index holds no member of a map. */
    static final String WAITING_REASON = "waitingReason";

    /** When the sweep looks at an execution that has not ended. */
    static final String WAKE_AT = "wakeAt";

    static final String INCARNATION = "incarnation";
    static final String REQUEST_IDS = "requestIds";
    static final String DELETED_REQUEST_IDS = "deletedRequestIds";

    private static final String EVENTS = "events";
    /** Names the chunk with the events before those that a record, or a chunk, has itself. */
    static final String EARLIER_EVENTS = "earlierEvents";

    /** Its timestamp, its type, and the names of both. */
    private static final int EVENT_BYTES = 80;

    private static final int REFERENCE_BYTES = 120;

    private static final String CHUNK = "HISTORY#";
    private static final String PAYLOAD = "PAYLOAD#";
    /** Of one width, so that dates sort as text. */
    static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** A record and the items that it refers to were not read at one time: one was deleted in between. */
    static final class MissingItemException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingItemException(String sortKey) {
            super("The item " + sortKey + " is missing");
        }
    }

    private ExecutionItem() {}

    /** The id of the execution that a key of an index names. */
    static ExecutionId id(Map<String, AttributeValue> item) {
        String key = item.get(PK).s();
        int separator = key.indexOf('#');
        return new ExecutionId(key.substring(0, separator), key.substring(separator + 1));
    }

    /** In which partition of an index an execution is. */
    static int shard(ExecutionId id) {
        return Math.floorMod(id.name().hashCode(), SHARDS);
    }

    /** A partition of the index by status. The first has the name, and the records, of when there was one. */
    static String statusKey(String stateMachine, ExecutionStatus status, int shard) {
        return sharded(stateMachine + "#" + status, shard);
    }

    /** A partition of the index by name; see {@link #statusKey}. */
    static String nameShard(String stateMachine, int shard) {
        return sharded(stateMachine, shard);
    }

    private static String sharded(String key, int shard) {
        return shard == 0 ? key : key + "#" + shard;
    }

    /** A partition of the index by wake-up. */
    static String wakeShard(String stateMachine, int shard) {
        return stateMachine + "#" + shard;
    }

    static Map<String, AttributeValue> run(ExecutionId id, RunState run) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        item.put("status", s(run.status().name()));
        item.put(STATUS_KEY, s(statusKey(id.stateMachine(), run.status(), shard(id))));
        item.put("deliveryId", s(run.token()));
        item.put(REDRIVE_COUNT, n(run.redriveCount()));
        run.claimedBy().ifPresent(messageId -> item.put("claimedBy", s(messageId)));
        run.waiting().ifPresent(waiting -> {
            item.put(WAITING, AttributeValue.fromM(waiting(waiting)));
            item.put(WAITING_REASON, s(waiting.reason().name()));
        });
        run.wakeAt().ifPresent(date -> {
            item.put(WAKE_AT, s(DATE.format(date)));
            item.put("wakeShard", s(wakeShard(id.stateMachine(), shard(id))));
        });
        run.doubt().ifPresent(doubt -> item.put(DOUBT, AttributeValue.fromM(doubt(doubt))));
        return item;
    }

    static Map<String, AttributeValue> doubt(UndoFailure doubt) {
        return Map.of(
                "attempts", n(doubt.attempts()),
                "error", s(doubt.error()),
                "cause", s(abbreviated(doubt.cause())),
                "lastAttempt", s(DATE.format(doubt.lastAttempt())));
    }

    static Map<String, AttributeValue> waiting(Waiting waiting) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        item.put("reason", s(waiting.reason().name()));
        item.put("state", s(waiting.state()));
        item.put("detail", s(waiting.detail()));
        item.put("until", s(DATE.format(waiting.until())));
        waiting.callback().ifPresent(callback -> {
            item.put("tokenDigest", s(callback.tokenDigest()));
            item.put("deadline", s(DATE.format(callback.deadline())));
            callback.heartbeat().ifPresent(time -> item.put("heartbeatSeconds", n(time.toSeconds())));
        });
        return item;
    }

    static RunState run(Map<String, AttributeValue> record) {
        return new RunState(
                status(record),
                record.get("deliveryId").s(),
                Optional.ofNullable(record.get("claimedBy")).map(AttributeValue::s),
                Optional.ofNullable(record.get(WAITING)).map(value -> readWaiting(value.m())),
                Optional.ofNullable(record.get(WAKE_AT)).map(value -> Instant.parse(value.s())),
                Optional.ofNullable(record.get(DOUBT)).map(value -> readDoubt(value.m())),
                Integer.parseInt(record.get(REDRIVE_COUNT).n()));
    }

    static UndoFailure readDoubt(Map<String, AttributeValue> doubt) {
        return new UndoFailure(
                Integer.parseInt(doubt.get("attempts").n()),
                doubt.get("error").s(),
                doubt.get("cause").s(),
                date(doubt, "lastAttempt"));
    }

    static Waiting readWaiting(Map<String, AttributeValue> waiting) {
        return new Waiting(
                Waiting.Reason.valueOf(waiting.get("reason").s()),
                waiting.get("state").s(),
                waiting.get("detail").s(),
                date(waiting, "until"),
                Optional.ofNullable(waiting.get("tokenDigest"))
                        .map(digest -> new PendingCallback(
                                digest.s(),
                                Optional.ofNullable(waiting.get("heartbeatSeconds"))
                                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds.n()))),
                                date(waiting, "deadline"))));
    }

    /** What the record itself holds is short. */
    static String abbreviated(String text) {
        return text.length() <= Journal.MAX_INLINE_CHARACTERS ? text : text.substring(0, Journal.MAX_INLINE_CHARACTERS);
    }

    /** The requests that belonged to executions of this name which were deleted. */
    static List<String> deletedRequestIds(Map<String, AttributeValue> item) {
        return item.containsKey(DELETED_REQUEST_IDS)
                ? item.get(DELETED_REQUEST_IDS).l().stream()
                        .map(AttributeValue::s)
                        .toList()
                : List.of();
    }

    /** What the order of a list by status goes by, and a token of it. */
    static String startKey(Instant startDate, String name) {
        return DATE.format(startDate) + "#" + name;
    }

    /** Compares texts as the table orders keys: by their bytes in UTF-8, which is not the order of Java's texts. */
    static int compareKeys(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether an item is the record of an execution, not a payload and not a tombstone. */
    static boolean isRecord(Map<String, AttributeValue> item) {
        return isHead(item) && !isTombstone(item);
    }

    /** Whether an item is the record of an execution, or what is left of one. */
    static boolean isHead(Map<String, AttributeValue> item) {
        return item.get(SK).s().equals(RECORD);
    }

    /** Whether an item is a payload of an incarnation, or a part of its history. */
    static boolean isPartOf(String incarnation, Map<String, AttributeValue> item) {
        String sortKey = item.get(SK).s();
        return sortKey.startsWith(PAYLOAD + incarnation + "#") || sortKey.startsWith(CHUNK + incarnation + "#");
    }

    /** Whether an item is what is left of an execution that was deleted. */
    static boolean isTombstone(Map<String, AttributeValue> item) {
        return item.containsKey("deletedAt");
    }

    /** Whether a record is of an incarnation, with so many events. */
    static boolean isStill(Map<String, AttributeValue> record, String incarnation, long eventCount) {
        return record.get(INCARNATION).s().equals(incarnation)
                && record.get("eventCount").equals(n(eventCount));
    }

    static String appendId(Map<String, AttributeValue> record) {
        return record.get("appendId").s();
    }

    static ExecutionStatus status(Map<String, AttributeValue> record) {
        return ExecutionStatus.valueOf(record.get("status").s());
    }

    static ExecutionSummary summary(Map<String, AttributeValue> item) {
        return new ExecutionSummary(
                id(item).stateMachine(),
                item.get("name").s(),
                status(item),
                date(item, "startDate"),
                stopDate(item),
                Optional.ofNullable(item.get(WAITING)).map(value -> readWaiting(value.m())),
                Optional.ofNullable(item.get(REDRIVE_COUNT)).map(value -> Integer.valueOf(value.n())));
    }

    /** Whether the record itself holds all that it says. */
    static boolean isWhole(Map<String, AttributeValue> record) {
        return !record.containsKey(EARLIER_EVENTS)
                && record.get(EVENTS).l().stream()
                        .flatMap(event -> event.m().get("details").m().values().stream())
                        .allMatch(value -> value.s() != null);
    }

    /** An execution from its items: the record and, if it refers to any, its payloads and the chunks of its history. */
    static Execution execution(List<Map<String, AttributeValue>> items) {
        Map<String, Map<String, AttributeValue>> bySortKey = new HashMap<>();
        items.forEach(item -> bySortKey.put(item.get(SK).s(), item));
        Map<String, AttributeValue> record = bySortKey.get(RECORD);
        if (record == null || isTombstone(record)) {
            throw new IllegalArgumentException("No record among the items");
        }
        List<HistoryEvent> events = new ArrayList<>();
        for (AttributeValue event : events(record, bySortKey)) {
            Map<String, String> details = new LinkedHashMap<>();
            event.m()
                    .get("details")
                    .m()
                    .forEach(
                            (name, value) -> details.put(name, value.s() != null ? value.s() : text(bySortKey, value)));
            events.add(new HistoryEvent(
                    events.size() + 1L,
                    date(event.m(), "timestamp"),
                    HistoryEventType.valueOf(event.m().get("type").s()),
                    details));
        }
        ExecutionId id = id(record);
        return new Execution(
                id.stateMachine(),
                id.name(),
                record.get(INCARNATION).s(),
                record.get(REQUEST_IDS).l().stream().map(AttributeValue::s).toList(),
                record.get("definition").s(),
                run(record),
                events.get(0).details().get("input"),
                date(record, "startDate"),
                events);
    }

    /**
     * The record has the last events itself; each chunk names the one before it. A chunk that none names is nobody's.
     */
    private static List<AttributeValue> events(
            Map<String, AttributeValue> record, Map<String, Map<String, AttributeValue>> bySortKey) {
        Deque<List<AttributeValue>> parts = new ArrayDeque<>();
        Map<String, AttributeValue> part = record;
        parts.push(part.get(EVENTS).l());
        while (part.containsKey(EARLIER_EVENTS)) {
            part = existing(bySortKey, part.get(EARLIER_EVENTS).s());
            parts.push(part.get(EVENTS).l());
        }
        return parts.stream().flatMap(List::stream).toList();
    }

    private static String text(Map<String, Map<String, AttributeValue>> bySortKey, AttributeValue reference) {
        return existing(bySortKey, PAYLOAD + reference.m().get("payload").s())
                .get("text")
                .s();
    }

    /** What an item refers to is written before it, and deleted after it. */
    private static Map<String, AttributeValue> existing(
            Map<String, Map<String, AttributeValue>> bySortKey, String sortKey) {
        Map<String, AttributeValue> item = bySortKey.get(sortKey);
        if (item == null) {
            throw new MissingItemException(sortKey);
        }
        return item;
    }

    static AttributeValue events(String incarnation, List<HistoryEvent> events) {
        return AttributeValue.fromL(events.stream()
                .map(event -> event(incarnation, event))
                .map(AttributeValue::fromM)
                .toList());
    }

    static Map<String, AttributeValue> event(String incarnation, HistoryEvent event) {
        Map<String, AttributeValue> details = new LinkedHashMap<>();
        event.details()
                .forEach((name, text) -> details.put(
                        name,
                        text.length() > Journal.MAX_INLINE_CHARACTERS
                                ? AttributeValue.fromM(Map.of(
                                        "payload", s(payload(incarnation, text).substring(PAYLOAD.length()))))
                                : s(text)));
        return Map.of(
                "timestamp", s(DATE.format(event.timestamp())),
                "type", s(event.type().name()),
                "details", AttributeValue.fromM(details));
    }

    /** About how many bytes events take in an item. */
    static int size(List<AttributeValue> events) {
        return events.stream()
                .mapToInt(event -> EVENT_BYTES
                        + event.m().get("details").m().entrySet().stream()
                                .mapToInt(detail -> detail.getKey().length()
                                        + (detail.getValue().s() == null
                                                ? REFERENCE_BYTES
                                                : detail.getValue().s().getBytes(UTF_8).length))
                                .sum())
                .sum();
    }

    /**
     * The sort key of a chunk of a history: of one write alone, so that what a run leaves which was cut off before its
     * record referred to it is never taken for another.
     *
     * @param first the number of its first event
     */
    static String chunk(String incarnation, long first, String appendId) {
        return CHUNK + incarnation + String.format(Locale.ROOT, "#%06d#", first) + appendId;
    }

    /** The sort key of a payload: of one incarnation alone, so that no other deletes it. */
    static String payload(String incarnation, String text) {
        return PAYLOAD + incarnation + "#" + digest(text);
    }

    static Map<String, AttributeValue> key(ExecutionId id, String sortKey) {
        Map<String, AttributeValue> key = new HashMap<>();
        key.put(PK, s(id.stateMachine() + "#" + id.name()));
        key.put(SK, s(sortKey));
        return key;
    }

    static Instant date(Map<String, AttributeValue> item, String name) {
        return Instant.parse(item.get(name).s());
    }

    static Optional<Instant> stopDate(Map<String, AttributeValue> item) {
        return item.containsKey("stopDate") ? Optional.of(date(item, "stopDate")) : Optional.empty();
    }

    static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    static AttributeValue strings(List<String> texts) {
        return AttributeValue.fromL(texts.stream().map(AttributeValue::fromS).toList());
    }

    static AttributeValue n(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
