package org.linkmoderation.journal;

import static org.linkmoderation.journal.ExecutionItem.DATE;
import static org.linkmoderation.journal.ExecutionItem.DELETED_REQUEST_IDS;
import static org.linkmoderation.journal.ExecutionItem.EARLIER_EVENTS;
import static org.linkmoderation.journal.ExecutionItem.INCARNATION;
import static org.linkmoderation.journal.ExecutionItem.NAME;
import static org.linkmoderation.journal.ExecutionItem.NAME_SHARD;
import static org.linkmoderation.journal.ExecutionItem.PK;
import static org.linkmoderation.journal.ExecutionItem.RECORD;
import static org.linkmoderation.journal.ExecutionItem.REDRIVE_COUNT;
import static org.linkmoderation.journal.ExecutionItem.REQUEST_IDS;
import static org.linkmoderation.journal.ExecutionItem.SHARDS;
import static org.linkmoderation.journal.ExecutionItem.SK;
import static org.linkmoderation.journal.ExecutionItem.STATUS_KEY;
import static org.linkmoderation.journal.ExecutionItem.WAITING_REASON;
import static org.linkmoderation.journal.ExecutionItem.key;
import static org.linkmoderation.journal.ExecutionItem.n;
import static org.linkmoderation.journal.ExecutionItem.nameShard;
import static org.linkmoderation.journal.ExecutionItem.payload;
import static org.linkmoderation.journal.ExecutionItem.run;
import static org.linkmoderation.journal.ExecutionItem.s;
import static org.linkmoderation.journal.ExecutionItem.shard;
import static org.linkmoderation.journal.ExecutionItem.startKey;
import static org.linkmoderation.journal.ExecutionItem.statusKey;
import static org.linkmoderation.journal.ExecutionItem.strings;
import static org.linkmoderation.journal.ExecutionItem.wakeShard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.RunState;
import org.linkmoderation.Waiting;
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
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The shapes of the executions table.
 *
 * <p>An execution is one item, its history a list in it, so that a record and its history can never tell different
 * things: {@code PK = <state machine>#<name>}, {@code SK = EXECUTION}. A text of more than
 * {@value Journal#MAX_INLINE_CHARACTERS} characters is an item of its own beside it, {@code SK =
 * PAYLOAD#<incarnation>#<SHA-256>}, written before the event that refers to it. A history of more than some kilobytes
 * is in chunks, {@code SK = HISTORY#<incarnation>#<first event>#<write>}, which are written once: a write that would
 * make the record larger first puts the events that the record has itself into a chunk, and then, in the one write that
 * makes the transition, has its own events and the name of the chunk take their place. So the cost of <i>n</i> events
 * grows as <i>n</i>, and what a write leaves that was cut off in between, or came too late, belongs to nobody.
 *
 * <p>The index {@value #BY_STATUS} holds the executions by {@code statusKey = <state machine>#<status>} and
 * {@code startKey = <start date>#<name>}, the index {@value #BY_NAME} their keys by state machine and name. The sparse
 * index {@value #BY_WAKE} holds those that have not ended by {@code wakeShard = <state machine>#<0 to 7>} and
 * {@code wakeAt}, when the sweep looks at them next, with what they wait for. The partition keys of the first two have
 * {@code #<1 to 7>} at their ends as well, but for those of the first of eight partitions.
 *
 * <p>Of an execution that was deleted a tombstone is left in its place, with {@code deletedAt} and the ids of its
 * requests.
 */
final class ExecutionsTable {
    static final String BY_STATUS = "by-status";
    static final String BY_NAME = "by-name";
    static final String BY_WAKE = "by-wake";
    static final String EXPIRES_AT = "expiresAt";
    static final String START_KEY = "startKey";
    /** No key that starts with a prefix comes after the prefix with this: names have letters of any language. */
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    /** How many requests of deleted executions of one name are remembered at most. */
    private static final int MAX_DELETED = 100;
    /**
     * The longest that an execution may run, so that its payloads and chunks outlive the record that refers to them.
     */
    private static final Duration LONGEST_EXECUTION = Duration.ofDays(366);

    private final String table;
    private final Duration retention;

    ExecutionsTable(String table, Duration retention) {
        this.table = table;
        this.retention = retention;
    }

    /** The name of the table. */
    String name() {
        return table;
    }

    static CreateTableRequest createTable(String table) {
        return TableSetup.table(table, PK, SK, STATUS_KEY, START_KEY, NAME_SHARD, NAME, "wakeShard", "wakeAt")
                .globalSecondaryIndexes(
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_STATUS)
                                .keySchema(TableSetup.keySchema(STATUS_KEY, START_KEY))
                                .projection(projection -> projection
                                        .projectionType(ProjectionType.INCLUDE)
                                        .nonKeyAttributes(
                                                NAME_SHARD, NAME, "status", "startDate", "stopDate", REDRIVE_COUNT))
                                .build(),
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_NAME)
                                .keySchema(TableSetup.keySchema(NAME_SHARD, NAME))
                                .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))
                                .build(),
                        GlobalSecondaryIndex.builder()
                                .indexName(BY_WAKE)
                                .keySchema(TableSetup.keySchema("wakeShard", "wakeAt"))
                                .projection(projection -> projection
                                        .projectionType(ProjectionType.INCLUDE)
                                        .nonKeyAttributes(WAITING_REASON))
                                .build())
                .build();
    }

    /**
     * The write that creates a record; refused, with the item that is there, if there is one.
     *
     * @param tail the events that the record has itself, and the chunk with those before them
     * @param tombstone what is left of an execution of that name that was deleted, which the record takes the place of
     */
    PutItemRequest create(
            Execution execution, RecordTail tail, String appendId, Optional<Map<String, AttributeValue>> tombstone) {
        ExecutionId id = execution.id();
        Map<String, AttributeValue> item = key(id, RECORD);
        item.put(NAME_SHARD, s(nameShard(id.stateMachine(), shard(id))));
        item.put(NAME, s(id.name()));
        item.put(INCARNATION, s(execution.incarnation()));
        item.put(REQUEST_IDS, strings(execution.requestIds()));
        item.put("definition", s(execution.definition()));
        item.put("startDate", s(DATE.format(execution.startDate())));
        item.put(START_KEY, s(startKey(execution.startDate(), id.name())));
        item.put("events", AttributeValue.fromL(tail.events()));
        item.put("eventCount", n(tail.eventCount()));
        tail.earlierEvents().ifPresent(chunk -> item.put(EARLIER_EVENTS, s(chunk)));
        item.put("appendId", s(appendId));
        item.putAll(run(id, execution.run()));
        execution.stopDate().ifPresent(stop -> item.putAll(ended(stop)));
        PutItemRequest.Builder put = PutItemRequest.builder()
                .tableName(table)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        if (tombstone.isEmpty()) {
            return put.item(item)
                    .conditionExpression("attribute_not_exists(PK)")
                    .build();
        }
        item.put(DELETED_REQUEST_IDS, tombstone.get().get(DELETED_REQUEST_IDS));
        return put.item(item)
                .conditionExpression("attribute_exists(deletedAt) AND appendId = :found")
                .expressionAttributeValues(Map.of(":found", tombstone.get().get("appendId")))
                .build();
    }

    /**
     * The write of a transition; refused, with the item, unless the record is as the transition expects it.
     *
     * @param events the items of the transition's events
     * @param chunk the sort key of the chunk that has the events which the record has itself so far; empty if those
     *     stay in the record
     */
    UpdateItemRequest write(
            Transition transition, List<AttributeValue> events, String appendId, Optional<String> chunk) {
        Map<String, AttributeValue> before = run(transition.id(), transition.from());
        Map<String, AttributeValue> set = run(transition.id(), transition.to());
        List<String> remove = before.keySet().stream()
                .filter(name -> !set.containsKey(name))
                .collect(Collectors.toCollection(ArrayList::new));
        set.entrySet().removeIf(attribute -> attribute.getValue().equals(before.get(attribute.getKey())));
        if (transition.to().status().isFinal()) {
            set.putAll(ended(transition.events().get(events.size() - 1).timestamp()));
        }
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        transition.requestId().ifPresent(requestId -> {
            remove.addAll(List.of("stopDate", EXPIRES_AT));
            values.put(":requestId", strings(List.of(requestId)));
        });
        set.put("eventCount", n(transition.after() + events.size()));
        set.put("appendId", s(appendId));
        StringBuilder update = new StringBuilder("SET ");
        set.forEach((name, value) -> {
            names.put("#" + name, name);
            values.put(":" + name, value);
            update.append("#").append(name).append(" = :").append(name).append(", ");
        });
        if (transition.requestId().isPresent()) {
            update.append("requestIds = list_append(requestIds, :requestId), ");
        }
        if (!events.isEmpty()) {
            names.put("#events", "events");
            values.put(":events", AttributeValue.fromL(events));
            update.append(chunk.isEmpty() ? "#events = list_append(#events, :events), " : "#events = :events, ");
        }
        chunk.ifPresent(sortKey -> {
            values.put(":chunk", s(sortKey));
            update.append(EARLIER_EVENTS + " = :chunk, ");
        });
        update.setLength(update.length() - 2);
        if (!remove.isEmpty()) {
            remove.forEach(name -> names.put("#" + name, name));
            update.append(" REMOVE #").append(String.join(", #", remove));
        }
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(key(transition.id(), RECORD))
                .updateExpression(update.toString())
                .conditionExpression(
                        isStill(transition.incarnation(), transition.after(), transition.from(), names, values))
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    private Map<String, AttributeValue> ended(Instant stop) {
        return Map.of(
                "stopDate",
                s(DATE.format(stop)),
                EXPIRES_AT,
                n(stop.plus(retention).getEpochSecond()));
    }

    /** The condition that a record is as a writer knows it. */
    private static String isStill(
            String incarnation,
            long after,
            RunState from,
            Map<String, String> names,
            Map<String, AttributeValue> values) {
        names.put("#status", "status");
        values.put(":after", n(after));
        values.put(":incarnationIs", s(incarnation));
        values.put(":statusIs", s(from.status().name()));
        values.put(":tokenIs", s(from.token()));
        from.claimedBy().ifPresent(messageId -> values.put(":claimedByIs", s(messageId)));
        return "eventCount = :after AND incarnation = :incarnationIs AND #status = :statusIs AND deliveryId = :tokenIs AND "
                + (from.claimedBy().isPresent() ? "claimedBy = :claimedByIs" : "attribute_not_exists(claimedBy)");
    }

    /** The write that changes when the sweep looks at an execution; refused if that has been changed since. */
    UpdateItemRequest postpone(Execution found, Instant wakeAt) {
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":next", s(DATE.format(wakeAt)));
        values.put(":wakeAtIs", s(DATE.format(found.run().wakeAt().orElseThrow())));
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(key(found.id(), RECORD))
                .updateExpression("SET wakeAt = :next")
                .conditionExpression("wakeAt = :wakeAtIs AND "
                        + isStill(found.incarnation(), found.events().size(), found.run(), names, values))
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .build();
    }

    /** The query of the executions that the sweep is to look at, of one shard. */
    QueryRequest due(String stateMachine, int shard, Instant now, int limit) {
        return QueryRequest.builder()
                .tableName(table)
                .indexName(BY_WAKE)
                .keyConditionExpression("wakeShard = :shard AND wakeAt <= :now")
                .expressionAttributeValues(
                        Map.of(":shard", s(wakeShard(stateMachine, shard)), ":now", s(DATE.format(now))))
                .limit(limit)
                .build();
    }

    /** The query of what the executions wait for, of one shard. */
    QueryRequest waiting(String stateMachine, int shard) {
        return QueryRequest.builder()
                .tableName(table)
                .indexName(BY_WAKE)
                .keyConditionExpression("wakeShard = :shard")
                .filterExpression("attribute_exists(" + WAITING_REASON + ")")
                .projectionExpression(WAITING_REASON)
                .expressionAttributeValues(Map.of(":shard", s(wakeShard(stateMachine, shard))))
                .build();
    }

    /** The query of the executions that wait for the answer to a task, of one shard, by when the task ends. */
    QueryRequest callbacks(String stateMachine, int shard, String from, int count) {
        return QueryRequest.builder()
                .tableName(table)
                .indexName(BY_WAKE)
                .keyConditionExpression("wakeShard = :shard AND wakeAt >= :from")
                .filterExpression(WAITING_REASON + " = :callback")
                .limit(count)
                .expressionAttributeValues(Map.of(
                        ":shard",
                        s(wakeShard(stateMachine, shard)),
                        ":from",
                        s(from),
                        ":callback",
                        s(Waiting.Reason.CALLBACK.name())))
                .build();
    }

    /** The query of how many executions have not ended, of one shard. */
    QueryRequest inFlight(String stateMachine, int shard, int limit) {
        return QueryRequest.builder()
                .tableName(table)
                .indexName(BY_WAKE)
                .select(Select.COUNT)
                .limit(limit)
                .keyConditionExpression("wakeShard = :shard")
                .expressionAttributeValues(Map.of(":shard", s(wakeShard(stateMachine, shard))))
                .build();
    }

    /**
     * The writes of the texts that are too long for the record, by their sort keys.
     *
     * @param now when the execution runs, or has ended
     * @param stored the sort keys of those that are stored
     */
    Map<String, PutItemRequest> payloads(
            ExecutionId id, String incarnation, List<HistoryEvent> events, Instant now, Set<String> stored) {
        Map<String, PutItemRequest> puts = new LinkedHashMap<>();
        for (HistoryEvent event : events) {
            for (String text : event.details().values()) {
                if (text.length() > Journal.MAX_INLINE_CHARACTERS) {
                    String sortKey = payload(incarnation, text);
                    if (!stored.contains(sortKey) && !puts.containsKey(sortKey)) {
                        puts.put(sortKey, part(id, sortKey, now, Map.of("text", s(text))));
                    }
                }
            }
        }
        return puts;
    }

    /** The write of the events that a record has itself as a chunk, before the write that takes them out of it. */
    PutItemRequest chunk(ExecutionId id, String sortKey, RecordTail tail, Instant now) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        attributes.put("events", AttributeValue.fromL(tail.events()));
        tail.earlierEvents().ifPresent(earlier -> attributes.put(EARLIER_EVENTS, s(earlier)));
        return part(id, sortKey, now, attributes);
    }

    private PutItemRequest part(ExecutionId id, String sortKey, Instant now, Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> item = key(id, sortKey);
        item.putAll(attributes);
        item.put(EXPIRES_AT, partExpiry(now));
        return PutItemRequest.builder().tableName(table).item(item).build();
    }

    /** Later than the record, whenever the execution ends. */
    private AttributeValue partExpiry(Instant now) {
        return n(now.plus(LONGEST_EXECUTION).plus(retention).getEpochSecond());
    }

    /** The write that keeps a payload or a chunk as long as a record that runs again needs it. */
    UpdateItemRequest keepLonger(Map<String, AttributeValue> part, Instant now) {
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(keyOf(part))
                .updateExpression("SET " + EXPIRES_AT + " = :later")
                .conditionExpression("attribute_exists(PK)")
                .expressionAttributeValues(Map.of(":later", partExpiry(now)))
                .build();
    }

    private static Map<String, AttributeValue> keyOf(Map<String, AttributeValue> part) {
        return Map.of(PK, part.get(PK), SK, part.get(SK));
    }

    /** The query of a record alone. */
    QueryRequest record(ExecutionId id) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("PK = :pk AND SK = :record")
                .expressionAttributeValues(Map.of(":pk", s(id.stateMachine() + "#" + id.name()), ":record", s(RECORD)))
                .build();
    }

    /** The query of a record with all its payloads and chunks. */
    QueryRequest find(ExecutionId id) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("PK = :pk")
                .expressionAttributeValues(Map.of(":pk", s(id.stateMachine() + "#" + id.name())))
                .build();
    }

    /**
     * The queries of executions in one status, one for each partition, newest first, from the one that a token names.
     */
    Stream<QueryRequest> listByStatus(ExecutionQuery query, ExecutionStatus status) {
        String last = query.token().orElseGet(() -> startKey(query.to().minusMillis(1), LAST_CHARACTER));
        return IntStream.range(0, SHARDS)
                .mapToObj(shard -> QueryRequest.builder()
                        .tableName(table)
                        .indexName(BY_STATUS)
                        .keyConditionExpression("statusKey = :status AND startKey BETWEEN :first AND :last")
                        .expressionAttributeValues(Map.of(
                                ":status", s(statusKey(query.stateMachine(), status, shard)),
                                ":first", s(DATE.format(query.from())),
                                ":last", s(last)))
                        .scanIndexForward(false)
                        .limit(ofEach(query.limit() + 1))
                        .build());
    }

    /**
     * The queries of the keys of executions whose name starts with a prefix, one for each partition, after the name
     * that a token is.
     */
    Stream<QueryRequest> listByName(ExecutionQuery query, int count) {
        String prefix = query.namePrefix();
        return IntStream.range(0, SHARDS)
                .mapToObj(shard -> QueryRequest.builder()
                        .tableName(table)
                        .indexName(BY_NAME)
                        .expressionAttributeNames(Map.of("#name", NAME))
                        .limit(ofEach(count))
                        .keyConditionExpression("stateMachine = :shard AND #name BETWEEN :first AND :last")
                        .expressionAttributeValues(Map.of(
                                ":shard", s(nameShard(query.stateMachine(), shard)),
                                ":first",
                                        s(query.token()
                                                .map(name -> name + "\u0001")
                                                .orElse(prefix)),
                                ":last", s(prefix + LAST_CHARACTER)))
                        .build());
    }

    /** How many items to read of each partition at a time so that one time is enough for all, as a rule. */
    private static int ofEach(int count) {
        return Math.min(count, count / SHARDS + SHARDS);
    }

    /** The read of the records that keys name, without their histories. An index may have one twice that moves. */
    BatchGetItemRequest summaries(List<Map<String, AttributeValue>> items) {
        return BatchGetItemRequest.builder()
                .requestItems(Map.of(
                        table,
                        KeysAndAttributes.builder()
                                .keys(items.stream()
                                        .map(ExecutionsTable::keyOf)
                                        .distinct()
                                        .toList())
                                .projectionExpression(
                                        "PK, #name, #status, startDate, stopDate, waiting, " + REDRIVE_COUNT)
                                .expressionAttributeNames(Map.of("#name", NAME, "#status", "status"))
                                .build()))
                .build();
    }

    /**
     * The write that leaves of an execution that has ended a tombstone, which says until it expires whose name this
     * was; refused unless it is as it was found.
     */
    PutItemRequest delete(Execution recorded, Instant now, String appendId, List<String> deletedBefore) {
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        Map<String, AttributeValue> item = key(recorded.id(), RECORD);
        item.put("deletedAt", s(DATE.format(now)));
        item.put("appendId", s(appendId));
        item.put(EXPIRES_AT, n(now.plus(retention).getEpochSecond()));
        List<String> requestIds = Stream.concat(deletedBefore.stream(), recorded.requestIds().stream())
                .distinct()
                .toList();
        item.put(
                DELETED_REQUEST_IDS,
                strings(requestIds.subList(Math.max(0, requestIds.size() - MAX_DELETED), requestIds.size())));
        return PutItemRequest.builder()
                .tableName(table)
                .item(item)
                .conditionExpression(
                        isStill(recorded.incarnation(), recorded.events().size(), recorded.run(), names, values))
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** The delete of a payload or a chunk. */
    DeleteItemRequest deletePart(Map<String, AttributeValue> part) {
        return DeleteItemRequest.builder().tableName(table).key(keyOf(part)).build();
    }
}
