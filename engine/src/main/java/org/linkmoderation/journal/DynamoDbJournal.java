package org.linkmoderation.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.Waiting;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.aws.TableSetup;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The journal in DynamoDB. Every write is one conditional request, so that nodes need no other agreement. */
public final class DynamoDbJournal implements Journal, AutoCloseable {
    /** How often a record is read again whose payloads or chunks were deleted while it was read. */
    private static final int MAX_FINDS = 3;

    private final AwsClients clients;
    private final DynamoDbClient dynamoDb;
    private final ExecutionsTable table;
    private final String tableName;

    private final Optional<TableSetup> setup;
    private final RecordTails tails = new RecordTails();
    private final ExecutionLists lists;

    /**
     * A journal that sees to it that its table is there.
     *
     * @param clients the clients of the AWS services
     * @param settings the settings
     */
    public DynamoDbJournal(AwsClients clients, JournalSettings settings) {
        this(
                clients,
                settings,
                Optional.of(new TableSetup(
                        clients,
                        ExecutionsTable.createTable(settings.table()),
                        Optional.of(ExecutionsTable.EXPIRES_AT))));
    }

    /** A journal that is only read: its table is never created. */
    static DynamoDbJournal forReading(AwsClients clients, JournalSettings settings) {
        return new DynamoDbJournal(clients, settings, Optional.empty());
    }

    private DynamoDbJournal(AwsClients clients, JournalSettings settings, Optional<TableSetup> setup) {
        this.clients = clients;
        this.setup = setup;
        dynamoDb = clients.journal();
        tableName = settings.table();
        table = new ExecutionsTable(tableName, settings.retention());
        lists = new ExecutionLists(dynamoDb, table);
    }

    @Override
    public void close() {
        setup.ifPresent(TableSetup::close);
        lists.close();
    }

    @Override
    public void create(Execution started, List<HistoryEvent> events) {
        String incarnation = started.incarnation();
        Set<String> payloads =
                putPayloads(started.id(), incarnation, events, events.get(0).timestamp(), Set.of());
        RecordTail tail =
                RecordTail.NONE.after(ExecutionItem.events(incarnation, events).l(), Optional.empty(), payloads);
        create(started, tail, UUID.randomUUID().toString());
        tails.put(incarnation, tail);
    }

    private void create(Execution execution, RecordTail tail, String appendId) {
        conditional(
                () -> dynamoDb.putItem(table.create(execution, tail, appendId, Optional.empty())), appendId, found -> {
                    checkFree(execution, found);
                    createInPlaceOf(found, execution, tail, appendId);
                    return null;
                });
    }

    private void createInPlaceOf(
            Map<String, AttributeValue> tombstone, Execution execution, RecordTail tail, String appendId) {
        conditional(
                () -> dynamoDb.putItem(table.create(execution, tail, appendId, Optional.of(tombstone))),
                appendId,
                // Another request was faster, or the tombstone has expired just now: what is there is to be read again
                found -> new JournalUnavailableException(
                        "Execution " + execution.id() + " was created by another request at the same time", null));
    }

    /** Checks that what was found of a name leaves it to an execution. */
    private void checkFree(Execution execution, Map<String, AttributeValue> found) {
        if (ExecutionItem.deletedRequestIds(found).stream().anyMatch(execution.requestIds()::contains)) {
            throw new ExecutionDeletedException(execution.id());
        }
        if (!ExecutionItem.isTombstone(found)) {
            throw new ExecutionRecordedException(execution(execution.id(), found));
        }
    }

    /** A name is looked at before payloads and chunks are written which its record, if there is one, has itself. */
    @Override
    public void restore(Execution ended) {
        ExecutionId id = ended.id();
        available(() -> dynamoDb.query(table.record(id))).items().forEach(found -> checkFree(ended, found));
        Instant stop = ended.stopDate().orElseThrow();
        String appendId = UUID.randomUUID().toString();
        RecordTail tail = RecordTail.NONE;
        for (HistoryEvent event : ended.events()) {
            List<AttributeValue> item =
                    ExecutionItem.events(ended.incarnation(), List.of(event)).l();
            Optional<String> chunk = putChunk(id, ended.incarnation(), tail, item, appendId, stop);
            tail = tail.after(item, chunk, Set.of());
        }
        putPayloads(id, ended.incarnation(), ended.events(), stop, Set.of());
        create(ended, tail, appendId);
    }

    @Override
    public void write(Transition transition) {
        if (transition.requestId().isPresent()) {
            keepLonger(transition);
        }
        if (transition.events().isEmpty()) {
            write(transition, List.of(), UUID.randomUUID().toString(), Optional.empty());
        } else {
            append(transition);
        }
    }

    private void write(Transition transition, List<AttributeValue> events, String appendId, Optional<String> chunk) {
        conditional(
                () -> dynamoDb.updateItem(table.write(transition, events, appendId, chunk)),
                appendId,
                fenced(transition.id()));
    }

    /** The record refers to nothing that is not written before it. */
    private void append(Transition transition) {
        ExecutionId id = transition.id();
        String incarnation = transition.incarnation();
        String appendId = UUID.randomUUID().toString();
        List<AttributeValue> events =
                ExecutionItem.events(incarnation, transition.events()).l();
        RecordTail tail = tails.find(incarnation, transition.after()).orElseGet(() -> readTail(transition));
        tails.remove(incarnation);
        Instant now = transition.events().get(0).timestamp();
        Set<String> payloads = putPayloads(id, incarnation, transition.events(), now, tail.payloads());
        Optional<String> chunk = putChunk(id, incarnation, tail, events, appendId, now);
        write(transition, events, appendId, chunk);
        if (!transition.to().status().isFinal()) {
            tails.put(incarnation, tail.after(events, chunk, payloads));
        }
    }

    /**
     * Puts the events of a record that has no room for more into a chunk.
     *
     * @return the sort key of the chunk; empty if there is room
     */
    private Optional<String> putChunk(
            ExecutionId id,
            String incarnation,
            RecordTail tail,
            List<AttributeValue> more,
            String appendId,
            Instant now) {
        if (!tail.isFull(more)) {
            return Optional.empty();
        }
        String sortKey = ExecutionItem.chunk(
                incarnation, tail.eventCount() - tail.events().size() + 1, appendId);
        available(() -> dynamoDb.putItem(table.chunk(id, sortKey, tail, now)));
        return Optional.of(sortKey);
    }

    /** Of a record that is another than the writer knows nothing is moved: it will refuse the write. */
    private RecordTail readTail(Transition transition) {
        return available(() -> dynamoDb.query(table.record(transition.id()))).items().stream()
                .filter(record -> ExecutionItem.isRecord(record)
                        && ExecutionItem.isStill(record, transition.incarnation(), transition.after()))
                .findFirst()
                .map(record -> RecordTail.of(record, Stream.empty()))
                .orElse(RecordTail.NONE);
    }

    /** An execution may run again for as long as it may have run. */
    private void keepLonger(Transition redrive) {
        Instant now = redrive.events().get(0).timestamp();
        items(redrive.id()).stream()
                .filter(item -> ExecutionItem.isPartOf(redrive.incarnation(), item))
                .forEach(part -> available(() -> dynamoDb.updateItem(table.keepLonger(part, now))));
    }

    @Override
    public Optional<Execution> find(ExecutionId id) {
        for (int attempt = 1; ; attempt++) {
            List<Map<String, AttributeValue>> items = items(id);
            Optional<Map<String, AttributeValue>> record =
                    items.stream().filter(ExecutionItem::isRecord).findFirst();
            try {
                Optional<Execution> execution = record.map(item -> ExecutionItem.execution(items));
                execution
                        .filter(found -> !found.status().isFinal())
                        .ifPresent(found -> tails.put(
                                found.incarnation(),
                                RecordTail.of(
                                        record.get(),
                                        items.stream()
                                                .filter(item -> ExecutionItem.isPartOf(found.incarnation(), item)))));
                return execution;
            } catch (ExecutionItem.MissingItemException e) {
                if (attempt == MAX_FINDS) {
                    throw new JournalUnavailableException(
                            "The record of execution " + id + " is damaged: " + e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public List<ExecutionId> due(String stateMachine, Instant now, int limit) {
        List<ExecutionId> due = new ArrayList<>();
        for (int shard = 0; shard < ExecutionItem.SHARDS && due.size() < limit; shard++) {
            QueryRequest query = table.due(stateMachine, shard, now, limit - due.size());
            available(() -> dynamoDb.query(query)).items().stream()
                    .map(ExecutionItem::id)
                    .forEach(due::add);
        }
        return due;
    }

    @Override
    public Map<Waiting.Reason, Integer> waiting(String stateMachine, int limit) {
        return available(() -> {
            Map<Waiting.Reason, Integer> counted = new EnumMap<>(Waiting.Reason.class);
            IntStream.range(0, ExecutionItem.SHARDS)
                    .mapToObj(shard -> table.waiting(stateMachine, shard))
                    .flatMap(query -> dynamoDb.queryPaginator(query).items().stream())
                    .limit(limit)
                    .map(item -> item.get(ExecutionItem.WAITING_REASON).s())
                    .forEach(reason -> counted.merge(Waiting.Reason.valueOf(reason), 1, Integer::sum));
            return counted;
        });
    }

    @Override
    public CallbackPage callbacks(String stateMachine, int limit, Optional<String> token) {
        return available(() -> lists.callbacks(stateMachine, limit, token));
    }

    @Override
    public int inFlight(String stateMachine, int limit) {
        return available(() -> {
            int counted = 0;
            for (int shard = 0; shard < ExecutionItem.SHARDS && counted < limit; shard++) {
                for (QueryResponse page :
                        dynamoDb.queryPaginator(table.inFlight(stateMachine, shard, limit - counted))) {
                    counted += page.count();
                    if (counted >= limit) {
                        return limit;
                    }
                }
            }
            return counted;
        });
    }

    @Override
    public boolean postpone(Execution found, Instant wakeAt) {
        return available(() -> {
            try {
                dynamoDb.updateItem(table.postpone(found, wakeAt));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }

    @Override
    public void delete(Execution recorded) {
        String appendId = UUID.randomUUID().toString();
        List<Map<String, AttributeValue>> items = items(recorded.id());
        List<String> deletedBefore = items.stream()
                .filter(ExecutionItem::isRecord)
                .findFirst()
                .map(ExecutionItem::deletedRequestIds)
                .orElse(List.of());
        conditional(
                () -> dynamoDb.putItem(table.delete(recorded, Instant.now(), appendId, deletedBefore)),
                appendId,
                fenced(recorded.id()));
        items.stream()
                .filter(item -> ExecutionItem.isPartOf(recorded.incarnation(), item))
                .forEach(part -> available(() -> dynamoDb.deleteItem(table.deletePart(part))));
    }

    @Override
    public ServiceCheck check() {
        return clients.tableCheck(tableName);
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) {
        return available(() -> lists.list(query));
    }

    private static Function<Map<String, AttributeValue>, JournalException> fenced(ExecutionId id) {
        return found -> new ExecutionFencedException(
                id,
                found.isEmpty() || ExecutionItem.isTombstone(found)
                        ? Optional.empty()
                        : Optional.of(ExecutionItem.status(found)));
    }

    private List<Map<String, AttributeValue>> items(ExecutionId id) {
        return available(
                () -> dynamoDb.queryPaginator(table.find(id)).items().stream().toList());
    }

    private Execution execution(ExecutionId id, Map<String, AttributeValue> record) {
        return ExecutionItem.isWhole(record)
                ? ExecutionItem.execution(List.of(record))
                : find(id).orElseThrow(() ->
                        new JournalUnavailableException("Execution " + id + " was deleted while it was read", null));
    }

    /** @return the sort keys of the payloads that it has stored */
    private Set<String> putPayloads(
            ExecutionId id, String incarnation, List<HistoryEvent> events, Instant now, Set<String> stored) {
        Map<String, PutItemRequest> puts = table.payloads(id, incarnation, events, now, stored);
        puts.values().forEach(put -> available(() -> dynamoDb.putItem(put)));
        return puts.keySet();
    }

    /**
     * A refused write is a success if the record shows that it is this one, whose first answer was lost.
     *
     * @param refused the reason why another item than this one's is there; null if that was made good
     */
    private void conditional(
            Supplier<?> write, String appendId, Function<Map<String, AttributeValue>, JournalException> refused) {
        available(() -> {
            try {
                return write.get();
            } catch (ConditionalCheckFailedException e) {
                Map<String, AttributeValue> found = e.hasItem() ? e.item() : Map.of();
                if (!found.isEmpty() && ExecutionItem.appendId(found).equals(appendId)) {
                    return null;
                }
                JournalException refusal = refused.apply(found);
                if (refusal != null) {
                    throw refusal;
                }
                return null;
            }
        });
    }

    private <T> T available(Supplier<T> request) {
        try {
            return request.get();
        } catch (ResourceNotFoundException e) {
            throw new JournalUnavailableException(
                    "DynamoDB has no table '" + tableName + "': create it, or set create.tables = true in"
                            + " etc/org.linkmoderation.aws.cfg",
                    e);
        } catch (DynamoDbException e) {
            if (isPermanent(e)) {
                throw new JournalRefusedException(
                        "DynamoDB refuses a write to the journal, and always will: "
                                + e.awsErrorDetails().errorMessage(),
                        e);
            }
            throw new JournalUnavailableException("The journal can't be reached: " + e.getMessage(), e);
        } catch (SdkException e) {
            throw new JournalUnavailableException("The journal can't be reached: " + e.getMessage(), e);
        }
    }

    /** An item that is too large, an expression that is too long: the same write fails each time. */
    private static boolean isPermanent(DynamoDbException e) {
        return e.awsErrorDetails() != null
                && "ValidationException".equals(e.awsErrorDetails().errorCode());
    }
}
