package org.linkmoderation.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.linkmoderation.Doubt;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.aws.TableSetup;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The journal in DynamoDB. Every write is one conditional request, so that nodes need no other agreement. */
@Component(
        service = Journal.class,
        configurationPid = JournalSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DynamoDbJournal implements Journal, AutoCloseable {
    /** How many items DynamoDB reads in one request. */
    private static final int MAX_BATCH = 100;

    /** How many executions a list by name looks at before it gives what it has found. */
    private static final int MAX_READ = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbJournal.class);

    private final AwsClients clients;
    private final DynamoDbClient dynamoDb;
    private final ExecutionsTable table;
    private final String tableName;

    private final TableSetup setup;

    /**
     * @param clients the clients of the AWS services
     * @param properties the settings of PID {@code org.linkmoderation.journal}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public DynamoDbJournal(@Reference AwsClients clients, Map<String, ?> properties) {
        JournalSettings settings = Settings.checked(() -> JournalSettings.of(properties), LOG);
        this.clients = clients;
        dynamoDb = clients.journal();
        tableName = settings.table();
        table = new ExecutionsTable(tableName, settings.retention());
        setup = new TableSetup(
                clients, ExecutionsTable.createTable(tableName), Optional.of(ExecutionsTable.EXPIRES_AT));
    }

    @Deactivate
    @Override
    public void close() {
        setup.close();
    }

    @Override
    public void create(StartRequest request, Instant startDate, List<HistoryEvent> events) {
        String appendId = UUID.randomUUID().toString();
        putPayloads(request.id(), events);
        conditional(
                () -> dynamoDb.putItem(table.create(request, startDate, events, appendId)),
                appendId,
                found -> new ExecutionRecordedException(execution(request, found)));
    }

    @Override
    public void append(ExecutionId id, long after, List<HistoryEvent> events, Optional<ExecutionStatus> status) {
        String appendId = UUID.randomUUID().toString();
        putPayloads(id, events);
        conditional(() -> dynamoDb.updateItem(table.append(id, after, events, status, appendId)), appendId, fenced(id));
    }

    @Override
    public void doubt(ExecutionId id, long after, List<HistoryEvent> events, Doubt doubt) {
        String appendId = UUID.randomUUID().toString();
        putPayloads(id, events);
        conditional(() -> dynamoDb.updateItem(table.doubt(id, after, events, doubt, appendId)), appendId, fenced(id));
    }

    @Override
    public void redrive(Execution recorded, StartRequest request, List<HistoryEvent> events) {
        String appendId = UUID.randomUUID().toString();
        putPayloads(recorded.id(), events);
        conditional(
                () -> dynamoDb.updateItem(table.redrive(recorded, request, events, appendId)),
                appendId,
                fenced(recorded.id()));
    }

    @Override
    public Optional<Execution> find(ExecutionId id) {
        List<Map<String, AttributeValue>> items = items(id);
        return items.stream().anyMatch(ExecutionsTable::isRecord)
                ? Optional.of(ExecutionsTable.execution(items))
                : Optional.empty();
    }

    @Override
    public void delete(Execution recorded) {
        List<Map<String, AttributeValue>> items = items(recorded.id());
        conditional(() -> dynamoDb.deleteItem(table.delete(recorded)), "", fenced(recorded.id()));
        items.stream()
                .filter(item -> !ExecutionsTable.isRecord(item))
                .forEach(item -> available(() -> dynamoDb.deleteItem(table.deletePayload(item))));
    }

    @Override
    public ServiceCheck check() {
        return clients.tableCheck(tableName);
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) {
        return available(() -> query.namePrefix().isEmpty() ? listByStatus(query) : listByName(query));
    }

    /** The newest of each status, merged. A token is the key of the next execution. */
    private ExecutionPage listByStatus(ExecutionQuery query) {
        List<ExecutionSummary> found = query.statuses().stream()
                .flatMap(status -> dynamoDb.query(table.listByStatus(query, status)).items().stream())
                .map(ExecutionsTable::summary)
                .sorted(Comparator.comparing(DynamoDbJournal::startKey).reversed())
                .toList();
        return found.size() <= query.limit()
                ? new ExecutionPage(found, Optional.empty())
                : new ExecutionPage(found.subList(0, query.limit()), Optional.of(startKey(found.get(query.limit()))));
    }

    /**
     * In the order of names, a page at a time until enough of them fit, or many did not. A token is the name of the
     * last execution that was looked at.
     */
    private ExecutionPage listByName(ExecutionQuery query) {
        List<ExecutionSummary> found = new ArrayList<>();
        int count = query.includesAll() ? query.limit() : Math.max(query.limit(), MAX_BATCH);
        ExecutionQuery next = query;
        for (int read = 0; read < MAX_READ; read += count) {
            List<Map<String, AttributeValue>> keys =
                    dynamoDb.query(table.listByName(next, count)).items();
            for (ExecutionSummary execution : summaries(keys)) {
                if (query.includes(execution)) {
                    found.add(execution);
                    if (found.size() == query.limit()) {
                        return new ExecutionPage(found, Optional.of(execution.name()));
                    }
                }
            }
            if (keys.size() < count) {
                return new ExecutionPage(found, Optional.empty());
            }
            next = query.page(Optional.of(keys.get(keys.size() - 1).get("name").s()));
        }
        return new ExecutionPage(found, next.token());
    }

    private List<ExecutionSummary> summaries(List<Map<String, AttributeValue>> keys) {
        List<ExecutionSummary> summaries = new ArrayList<>();
        for (int first = 0; first < keys.size(); first += MAX_BATCH) {
            dynamoDb
                    .batchGetItemPaginator(
                            table.summaries(keys.subList(first, Math.min(first + MAX_BATCH, keys.size()))))
                    .stream()
                    .flatMap(page -> page.responses().get(tableName).stream())
                    .forEach(item -> summaries.add(ExecutionsTable.summary(item)));
        }
        summaries.sort(Comparator.comparing(ExecutionSummary::name));
        return summaries;
    }

    private static String startKey(ExecutionSummary execution) {
        return ExecutionsTable.startKey(execution.startDate(), execution.name());
    }

    private static Function<Map<String, AttributeValue>, JournalException> fenced(ExecutionId id) {
        return found -> new ExecutionFencedException(
                id, found.isEmpty() ? Optional.empty() : Optional.of(ExecutionsTable.status(found)));
    }

    private List<Map<String, AttributeValue>> items(ExecutionId id) {
        return available(
                () -> dynamoDb.queryPaginator(table.find(id)).items().stream().toList());
    }

    private Execution execution(StartRequest request, Map<String, AttributeValue> record) {
        return ExecutionsTable.isWhole(record)
                ? ExecutionsTable.execution(List.of(record))
                : find(request.id()).orElseThrow();
    }

    private void putPayloads(ExecutionId id, List<HistoryEvent> events) {
        table.payloads(id, events).forEach(put -> available(() -> dynamoDb.putItem(put)));
    }

    /** A refused write is a success if the record shows that it is this one, whose first answer was lost. */
    private void conditional(
            Supplier<?> write, String appendId, Function<Map<String, AttributeValue>, JournalException> refused) {
        available(() -> {
            try {
                return write.get();
            } catch (ConditionalCheckFailedException e) {
                Map<String, AttributeValue> found = e.hasItem() ? e.item() : Map.of();
                if (!found.isEmpty() && ExecutionsTable.appendId(found).equals(appendId)) {
                    return null;
                }
                throw refused.apply(found);
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
        } catch (SdkException e) {
            throw new JournalUnavailableException("The journal can't be reached: " + e.getMessage(), e);
        }
    }
}
