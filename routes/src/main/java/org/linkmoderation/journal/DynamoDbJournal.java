package org.linkmoderation.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.SettingException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.aws.TableSetup;
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
    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbJournal.class);

    private final DynamoDbClient dynamoDb;
    private final ExecutionsTable table;
    private final String tableName;

    private final TableSetup setup;

    /**
     * @param clients the clients of the AWS services
     * @param properties the settings of PID {@code org.linkmoderation.journal}
     * @throws SettingException if one of them can't be used
     */
    @Activate
    public DynamoDbJournal(@Reference AwsClients clients, Map<String, ?> properties) {
        JournalSettings settings;
        try {
            settings = JournalSettings.of(properties);
        } catch (SettingException e) {
            LOG.error(e.getMessage());
            throw e;
        }
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
        putPayloads(request, events);
        conditional(
                () -> dynamoDb.putItem(table.create(request, startDate, events, appendId)),
                appendId,
                found -> new ExecutionRecordedException(execution(request, found)));
    }

    @Override
    public void append(StartRequest request, long after, List<HistoryEvent> events, Optional<ExecutionStatus> end) {
        String appendId = UUID.randomUUID().toString();
        putPayloads(request, events);
        conditional(
                () -> dynamoDb.updateItem(table.append(request, after, events, end, appendId)),
                appendId,
                found -> new ExecutionFencedException(
                        request.name(),
                        found.isEmpty() ? Optional.empty() : Optional.of(ExecutionsTable.status(found))));
    }

    @Override
    public Optional<Execution> find(String stateMachine, String name) {
        return available(() -> {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            dynamoDb.queryPaginator(table.find(stateMachine, name)).items().forEach(items::add);
            return items.stream().anyMatch(ExecutionsTable::isRecord)
                    ? Optional.of(ExecutionsTable.execution(items))
                    : Optional.empty();
        });
    }

    @Override
    public List<ExecutionSummary> list(String stateMachine, Set<ExecutionStatus> statuses, int limit) {
        Set<ExecutionStatus> wanted = statuses.isEmpty() ? EnumSet.allOf(ExecutionStatus.class) : statuses;
        return available(() -> wanted.stream()
                .flatMap(status -> dynamoDb.queryPaginator(table.list(stateMachine, status, limit)).items().stream()
                        .limit(limit))
                .map(ExecutionsTable::summary)
                .sorted(Comparator.comparing(ExecutionSummary::startDate).reversed())
                .limit(limit)
                .toList());
    }

    private Execution execution(StartRequest request, Map<String, AttributeValue> record) {
        return ExecutionsTable.isWhole(record)
                ? ExecutionsTable.execution(List.of(record))
                : find(request.stateMachine(), request.name()).orElseThrow();
    }

    private void putPayloads(StartRequest request, List<HistoryEvent> events) {
        table.payloads(request, events).forEach(put -> available(() -> dynamoDb.putItem(put)));
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
