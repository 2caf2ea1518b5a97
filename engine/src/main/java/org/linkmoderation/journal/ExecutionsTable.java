package org.linkmoderation.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.Doubt;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.aws.TableSetup;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The shapes of the executions table.
 *
 * <p>An execution is one item, its history a list in it, so that a record and its history can never tell different
 * things: {@code PK = <state machine>#<name>}, {@code SK = EXECUTION}. A text of more than
 * {@value Journal#MAX_INLINE_CHARACTERS} characters is an item of its own beside it, {@code SK = PAYLOAD#<SHA-256>},
 * written before the event that refers to it.
 *
 * <p>The index {@value #BY_STATUS} holds the executions by {@code statusKey = <state machine>#<status>} and
 * {@code startKey = <start date>#<name>}, the index {@value #BY_NAME} their keys by state machine and name.
 */
final class ExecutionsTable {
    static final String PK = "PK";
    static final String SK = "SK";
    static final String BY_STATUS = "by-status";
    static final String BY_NAME = "by-name";
    static final String EXPIRES_AT = "expiresAt";

    private static final String STATUS_KEY = "statusKey";
    private static final String START_KEY = "startKey";
    private static final String STATE_MACHINE = "stateMachine";
    private static final String NAME = "name";
    private static final String RECORD = "EXECUTION";
    private static final String DOUBT = "doubt";
    /** The statuses of an execution that has not ended. */
    private static final List<ExecutionStatus> RUNNING = List.of(ExecutionStatus.RUNNING, ExecutionStatus.IN_DOUBT);

    private static final String PAYLOAD = "PAYLOAD#";
    /** The longest that an execution may run, so that a payload outlives the record that refers to it. */
    private static final Duration LONGEST_EXECUTION = Duration.ofDays(366);
    /** Of one width, so that dates sort as text. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final String table;
    private final Duration retention;

    ExecutionsTable(String table, Duration retention) {
        this.table = table;
        this.retention = retention;
    }

    static CreateTableRequest createTable(String table) {
        return TableSetup.table(table, PK, SK, STATUS_KEY, START_KEY, STATE_MACHINE, NAME)
                .globalSecondaryIndexes(
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_STATUS)
                                .keySchema(TableSetup.keySchema(STATUS_KEY, START_KEY))
                                .projection(projection -> projection
                                        .projectionType(ProjectionType.INCLUDE)
                                        .nonKeyAttributes(STATE_MACHINE, NAME, "status", "startDate", "stopDate"))
                                .build(),
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_NAME)
                                .keySchema(TableSetup.keySchema(STATE_MACHINE, NAME))
                                .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))
                                .build())
                .build();
    }

    /** The write that creates a record; refused, with the record that is there, if there is one. */
    PutItemRequest create(StartRequest request, Instant startDate, List<HistoryEvent> events, String appendId) {
        ExecutionId id = request.id();
        Map<String, AttributeValue> item = key(id, RECORD);
        item.put(STATE_MACHINE, s(id.stateMachine()));
        item.put(NAME, s(id.name()));
        item.put("requestIds", AttributeValue.fromL(List.of(s(request.requestId()))));
        item.put("deliveryId", s(request.deliveryId()));
        item.put("startDate", s(DATE.format(startDate)));
        item.put(START_KEY, s(startKey(startDate, id.name())));
        item.put("redriveCount", n(0));
        item.put("events", events(events));
        item.put("eventCount", n(events.size()));
        item.put("appendId", s(appendId));
        item.putAll(status(id, ExecutionStatus.RUNNING));
        return PutItemRequest.builder()
                .tableName(table)
                .item(item)
                .conditionExpression("attribute_not_exists(PK)")
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** The write that appends events; refused, with the record, unless it runs and has exactly {@code after} events. */
    UpdateItemRequest append(
            ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> status, String appendId) {
        Map<String, AttributeValue> set = new LinkedHashMap<>();
        status.filter(ExecutionStatus::isFinal).ifPresent(end -> {
            Instant stop = events.get(events.size() - 1).timestamp();
            set.put("stopDate", s(DATE.format(stop)));
            set.put(EXPIRES_AT, n(stop.plus(retention).getEpochSecond()));
        });
        status.ifPresent(changed -> set.putAll(status(id, changed)));
        return update(id, after, RUNNING, events, appendId, set, status.isPresent() ? " REMOVE " + DOUBT : "");
    }

    /** The write that notes a doubt; refused, with the record, unless it runs and has exactly {@code after} events. */
    UpdateItemRequest doubt(ExecutionId id, long after, List<HistoryEvent> events, Doubt doubt, String appendId) {
        Map<String, AttributeValue> set = new LinkedHashMap<>(status(id, ExecutionStatus.IN_DOUBT));
        set.put(
                DOUBT,
                AttributeValue.fromM(Map.of(
                        "attempts", n(doubt.attempts()),
                        "error", s(doubt.error()),
                        "cause", s(abbreviated(doubt.cause())),
                        "lastAttempt", s(DATE.format(doubt.lastAttempt())))));
        return update(id, after, RUNNING, events, appendId, set, "");
    }

    private static Optional<Doubt> doubt(Map<String, AttributeValue> record) {
        return Optional.ofNullable(record.get(DOUBT))
                .map(AttributeValue::m)
                .map(doubt -> new Doubt(
                        Integer.parseInt(doubt.get("attempts").n()),
                        doubt.get("error").s(),
                        doubt.get("cause").s(),
                        date(doubt, "lastAttempt")));
    }

    /** What stands in the record itself is short. */
    private static String abbreviated(String text) {
        return text.length() <= Journal.MAX_INLINE_CHARACTERS ? text : text.substring(0, Journal.MAX_INLINE_CHARACTERS);
    }

    /** The write that makes an execution run again; refused, with the record, unless it is as it was found. */
    UpdateItemRequest redrive(Execution recorded, StartRequest request, List<HistoryEvent> events, String appendId) {
        Map<String, AttributeValue> set = new LinkedHashMap<>(status(recorded.id(), ExecutionStatus.RUNNING));
        set.put("deliveryId", s(request.deliveryId()));
        set.put("redriveCount", n(recorded.redriveCount() + 1L));
        set.put(
                "requestIds",
                AttributeValue.fromL(Stream.concat(recorded.requestIds().stream(), Stream.of(request.requestId()))
                        .map(ExecutionsTable::s)
                        .toList()));
        return update(
                recorded.id(),
                recorded.events().size(),
                List.of(recorded.status()),
                events,
                appendId,
                set,
                " REMOVE stopDate, " + EXPIRES_AT);
    }

    private UpdateItemRequest update(
            ExecutionId id,
            long after,
            List<ExecutionStatus> expected,
            List<HistoryEvent> events,
            String appendId,
            Map<String, AttributeValue> set,
            String remove) {
        Map<String, String> names = new HashMap<>(Map.of("#events", "events", "#status", "status"));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":events", events(events), ":after", n(after)));
        expected.forEach(status -> values.put(":is" + status, s(status.name())));
        set.put("eventCount", n(after + events.size()));
        set.put("appendId", s(appendId));
        StringBuilder update = new StringBuilder("SET #events = list_append(#events, :events)");
        set.forEach((name, value) -> {
            names.put("#" + name, name);
            values.put(":" + name, value);
            update.append(", #").append(name).append(" = :").append(name);
        });
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(key(id, RECORD))
                .updateExpression(update + remove)
                .conditionExpression("eventCount = :after AND #status IN ("
                        + expected.stream().map(status -> ":is" + status).collect(Collectors.joining(", ")) + ")")
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** The writes of the texts that are too long to stand in the record. */
    List<PutItemRequest> payloads(ExecutionId id, List<HistoryEvent> events) {
        Map<String, PutItemRequest> puts = new LinkedHashMap<>();
        for (HistoryEvent event : events) {
            Instant expires = event.timestamp().plus(LONGEST_EXECUTION).plus(retention);
            for (String text : event.details().values()) {
                if (text.length() > Journal.MAX_INLINE_CHARACTERS) {
                    Map<String, AttributeValue> item = key(id, PAYLOAD + digest(text));
                    item.put("text", s(text));
                    item.put(EXPIRES_AT, n(expires.getEpochSecond()));
                    puts.putIfAbsent(
                            digest(text),
                            PutItemRequest.builder().tableName(table).item(item).build());
                }
            }
        }
        return List.copyOf(puts.values());
    }

    /** The query of a record with all its payloads. */
    QueryRequest find(ExecutionId id) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("PK = :pk")
                .expressionAttributeValues(Map.of(":pk", s(id.stateMachine() + "#" + id.name())))
                .build();
    }

    /** The query of executions in one status, newest first, from the one that a token names. */
    QueryRequest listByStatus(ExecutionQuery query, ExecutionStatus status) {
        String last =
                query.token().orElseGet(() -> startKey(query.to().minusMillis(1), String.valueOf(Character.MAX_VALUE)));
        return QueryRequest.builder()
                .tableName(table)
                .indexName(BY_STATUS)
                .keyConditionExpression("statusKey = :status AND startKey BETWEEN :first AND :last")
                .expressionAttributeValues(Map.of(
                        ":status", s(query.stateMachine() + "#" + status),
                        ":first", s(DATE.format(query.from())),
                        ":last", s(last)))
                .scanIndexForward(false)
                .limit(query.limit() + 1)
                .build();
    }

    /** The query of the keys of executions whose name starts with a prefix, behind the name that a token is. */
    QueryRequest listByName(ExecutionQuery query, int count) {
        QueryRequest.Builder request = QueryRequest.builder()
                .tableName(table)
                .indexName(BY_NAME)
                .expressionAttributeNames(Map.of("#name", NAME))
                .limit(count);
        String prefix = query.namePrefix();
        // Names are ASCII
        return request.keyConditionExpression("stateMachine = :machine AND #name BETWEEN :first AND :last")
                .expressionAttributeValues(Map.of(
                        ":machine", s(query.stateMachine()),
                        ":first", s(query.token().map(name -> name + "\u0001").orElse(prefix)),
                        ":last", s(prefix + "~")))
                .build();
    }

    /** The read of the records that keys name, without their histories. */
    BatchGetItemRequest summaries(List<Map<String, AttributeValue>> items) {
        return BatchGetItemRequest.builder()
                .requestItems(Map.of(
                        table,
                        KeysAndAttributes.builder()
                                .keys(items.stream()
                                        .map(item -> Map.of(PK, item.get(PK), SK, item.get(SK)))
                                        .toList())
                                .projectionExpression("stateMachine, #name, #status, startDate, stopDate, startKey")
                                .expressionAttributeNames(Map.of("#name", NAME, "#status", "status"))
                                .build()))
                .build();
    }

    /**
     * The writes that delete an execution that has ended: its record, refused unless it is as it was found, then its
     * payloads.
     */
    DeleteItemRequest delete(Execution recorded) {
        return DeleteItemRequest.builder()
                .tableName(table)
                .key(key(recorded.id(), RECORD))
                .conditionExpression("eventCount = :count AND #status = :status")
                .expressionAttributeNames(Map.of("#status", "status"))
                .expressionAttributeValues(Map.of(
                        ":count", n(recorded.events().size()),
                        ":status", s(recorded.status().name())))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** The delete of one payload. */
    DeleteItemRequest deletePayload(Map<String, AttributeValue> item) {
        return DeleteItemRequest.builder()
                .tableName(table)
                .key(Map.of(PK, item.get(PK), SK, item.get(SK)))
                .build();
    }

    /** What the order of a list by status goes by, and a token of it. */
    static String startKey(Instant startDate, String name) {
        return DATE.format(startDate) + "#" + name;
    }

    static boolean isRecord(Map<String, AttributeValue> item) {
        return item.get(SK).s().equals(RECORD);
    }

    static String appendId(Map<String, AttributeValue> record) {
        return record.get("appendId").s();
    }

    static ExecutionStatus status(Map<String, AttributeValue> record) {
        return ExecutionStatus.valueOf(record.get("status").s());
    }

    static ExecutionSummary summary(Map<String, AttributeValue> item) {
        return new ExecutionSummary(
                item.get("stateMachine").s(),
                item.get("name").s(),
                status(item),
                date(item, "startDate"),
                stopDate(item));
    }

    /** Whether all that the record says stands in the record itself. */
    static boolean isWhole(Map<String, AttributeValue> record) {
        return record.get("events").l().stream()
                .flatMap(event -> event.m().get("details").m().values().stream())
                .allMatch(value -> value.s() != null);
    }

    /** An execution from its items: the record and, if it refers to any, its payloads. */
    static Execution execution(List<Map<String, AttributeValue>> items) {
        Map<String, String> payloads = new HashMap<>();
        Map<String, AttributeValue> record = null;
        for (Map<String, AttributeValue> item : items) {
            if (isRecord(item)) {
                record = item;
            } else {
                payloads.put(
                        item.get(SK).s().substring(PAYLOAD.length()),
                        item.get("text").s());
            }
        }
        if (record == null) {
            throw new IllegalArgumentException("No record among the items");
        }
        List<HistoryEvent> events = new ArrayList<>();
        for (AttributeValue event : record.get("events").l()) {
            Map<String, String> details = new LinkedHashMap<>();
            event.m()
                    .get("details")
                    .m()
                    .forEach((name, value) -> details.put(
                            name,
                            value.s() != null
                                    ? value.s()
                                    : payloads.get(value.m().get("payload").s())));
            events.add(new HistoryEvent(
                    events.size() + 1L,
                    date(event.m(), "timestamp"),
                    HistoryEventType.valueOf(event.m().get("type").s()),
                    details));
        }
        ExecutionStatus status = status(record);
        Function<String, Optional<String>> end = name -> status.isFinal()
                ? Optional.ofNullable(events.get(events.size() - 1).details().get(name))
                : Optional.empty();
        return new Execution(
                record.get(STATE_MACHINE).s(),
                record.get(NAME).s(),
                record.get("requestIds").l().stream().map(AttributeValue::s).toList(),
                record.get("deliveryId").s(),
                status,
                events.get(0).details().get("input"),
                date(record, "startDate"),
                stopDate(record),
                end.apply("output"),
                end.apply("error"),
                end.apply("cause"),
                Integer.parseInt(record.get("redriveCount").n()),
                doubt(record),
                events);
    }

    private static AttributeValue events(List<HistoryEvent> events) {
        return AttributeValue.fromL(events.stream()
                .map(ExecutionsTable::event)
                .map(AttributeValue::fromM)
                .toList());
    }

    private static Map<String, AttributeValue> event(HistoryEvent event) {
        Map<String, AttributeValue> details = new LinkedHashMap<>();
        event.details()
                .forEach((name, text) -> details.put(
                        name,
                        text.length() > Journal.MAX_INLINE_CHARACTERS
                                ? AttributeValue.fromM(Map.of("payload", s(digest(text))))
                                : s(text)));
        return Map.of(
                "timestamp", s(DATE.format(event.timestamp())),
                "type", s(event.type().name()),
                "details", AttributeValue.fromM(details));
    }

    private static Map<String, AttributeValue> status(ExecutionId id, ExecutionStatus status) {
        return Map.of("status", s(status.name()), STATUS_KEY, s(id.stateMachine() + "#" + status));
    }

    private static Map<String, AttributeValue> key(ExecutionId id, String sortKey) {
        Map<String, AttributeValue> key = new HashMap<>();
        key.put(PK, s(id.stateMachine() + "#" + id.name()));
        key.put(SK, s(sortKey));
        return key;
    }

    private static Instant date(Map<String, AttributeValue> item, String name) {
        return Instant.parse(item.get(name).s());
    }

    private static Optional<Instant> stopDate(Map<String, AttributeValue> item) {
        return item.containsKey("stopDate") ? Optional.of(date(item, "stopDate")) : Optional.empty();
    }

    private static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    private static AttributeValue n(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
