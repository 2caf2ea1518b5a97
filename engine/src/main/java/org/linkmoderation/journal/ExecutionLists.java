package org.linkmoderation.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionSummary;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** The lists of the table of executions: read by its indexes, some partitions at the same time, and merged. */
final class ExecutionLists implements AutoCloseable {
    /** How many items DynamoDB reads in one request. */
    private static final int MAX_BATCH = 100;

    /** How many executions a list by name looks at before it gives what it has found. */
    private static final int MAX_READ = 1_000;

    /** How many queries are asked at the same time. */
    private static final int MAX_QUERIES = 16;

    private final DynamoDbClient dynamoDb;
    private final ExecutionsTable table;
    private final ThreadPoolExecutor queries;

    ExecutionLists(DynamoDbClient dynamoDb, ExecutionsTable table) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        queries = new ThreadPoolExecutor(
                MAX_QUERIES, MAX_QUERIES, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "link-moderation query of table " + table.name());
                    thread.setDaemon(true);
                    return thread;
                });
        queries.allowCoreThreadTimeOut(true);
    }

    @Override
    public void close() {
        queries.shutdownNow();
    }

    /**
     * A page of executions.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB does not answer
     */
    ExecutionPage list(ExecutionQuery query) {
        return query.namePrefix().isEmpty() ? listByStatus(query) : listByName(query);
    }

    /** The newest of each status and partition, merged. A token is the key of the next execution. */
    private ExecutionPage listByStatus(ExecutionQuery query) {
        query.token().ifPresent(PageToken::read);
        MergedQueries found = merged(
                query.statuses().stream().flatMap(status -> table.listByStatus(query, status)),
                Comparator.comparing(ExecutionLists::startKey, ExecutionItem::compareKeys)
                        .reversed());
        List<Map<String, AttributeValue>> page = next(found, query.limit());
        return new ExecutionPage(
                summaries(page), found.hasNext() ? Optional.of(startKey(found.next())) : Optional.empty());
    }

    /**
     * In the order of names, a page at a time until enough of them fit, or many did not. A token is the name of the
     * last execution that was looked at.
     */
    private ExecutionPage listByName(ExecutionQuery query) {
        List<ExecutionSummary> found = new ArrayList<>();
        int count = query.includesAll() ? query.limit() : Math.max(query.limit(), MAX_BATCH);
        MergedQueries keys = merged(
                table.listByName(query, query.includesAll() ? count : MAX_READ),
                Comparator.comparing(ExecutionLists::name, ExecutionItem::compareKeys));
        Optional<String> last = Optional.empty();
        for (int read = 0; read < MAX_READ; read += count) {
            List<Map<String, AttributeValue>> page = next(keys, count);
            for (ExecutionSummary execution : read(page)) {
                if (query.includes(execution)) {
                    found.add(execution);
                    if (found.size() == query.limit()) {
                        return new ExecutionPage(found, Optional.of(execution.name()));
                    }
                }
            }
            if (page.size() < count) {
                return new ExecutionPage(found, Optional.empty());
            }
            last = Optional.of(name(page.get(count - 1)));
        }
        return new ExecutionPage(found, last);
    }

    private MergedQueries merged(Stream<QueryRequest> requests, Comparator<Map<String, AttributeValue>> order) {
        return new MergedQueries(dynamoDb, requests, order, queries);
    }

    private static String startKey(Map<String, AttributeValue> item) {
        return item.get(ExecutionsTable.START_KEY).s();
    }

    private static String name(Map<String, AttributeValue> item) {
        return item.get(ExecutionItem.NAME).s();
    }

    private static List<Map<String, AttributeValue>> next(Iterator<Map<String, AttributeValue>> items, int count) {
        List<Map<String, AttributeValue>> next = new ArrayList<>();
        while (next.size() < count && items.hasNext()) {
            next.add(items.next());
        }
        return next;
    }

    /** The index does not say what an execution waits for: each park would be a write to it. */
    private List<ExecutionSummary> summaries(List<Map<String, AttributeValue>> items) {
        Map<ExecutionId, ExecutionSummary> notEnded = new HashMap<>();
        read(items.stream()
                        .filter(item -> !ExecutionItem.status(item).isFinal())
                        .toList())
                .forEach(execution ->
                        notEnded.put(new ExecutionId(execution.stateMachine(), execution.name()), execution));
        return items.stream()
                .map(item -> ExecutionItem.status(item).isFinal()
                        ? ExecutionItem.summary(item)
                        : notEnded.get(ExecutionItem.id(item)))
                .filter(Objects::nonNull)
                .toList();
    }

    private List<ExecutionSummary> read(List<Map<String, AttributeValue>> keys) {
        List<ExecutionSummary> summaries = new ArrayList<>();
        for (int first = 0; first < keys.size(); first += MAX_BATCH) {
            dynamoDb
                    .batchGetItemPaginator(
                            table.summaries(keys.subList(first, Math.min(first + MAX_BATCH, keys.size()))))
                    .stream()
                    .flatMap(page -> page.responses().get(table.name()).stream())
                    .forEach(item -> summaries.add(ExecutionItem.summary(item)));
        }
        summaries.sort(Comparator.comparing(ExecutionSummary::name, ExecutionItem::compareKeys));
        return summaries;
    }

    /** The first of each shard, merged. A token is the wake-up time and the key of the last one on the page. */
    CallbackPage callbacks(String stateMachine, int limit, Optional<String> token) {
        String after = token.orElse("");
        String from = token.map(
                        text -> ExecutionItem.DATE.format(PageToken.read(text).date()))
                .orElse(" ");
        List<Map<String, AttributeValue>> found = IntStream.range(0, ExecutionItem.SHARDS)
                .mapToObj(shard -> table.callbacks(stateMachine, shard, from, Math.max(limit + 1, MAX_BATCH)))
                .flatMap(query -> first(query, limit + 1, after).stream())
                .sorted(Comparator.comparing(ExecutionLists::callbackKey, ExecutionItem::compareKeys))
                .toList();
        List<Map<String, AttributeValue>> page = found.subList(0, Math.min(limit, found.size()));
        return new CallbackPage(
                page.stream().map(ExecutionItem::id).toList(),
                page.size() < found.size() ? Optional.of(callbackKey(page.get(page.size() - 1))) : Optional.empty());
    }

    /** The first items after a key: so many, and those with the same time as the last, which have no order. */
    private List<Map<String, AttributeValue>> first(QueryRequest query, int count, String after) {
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        for (Map<String, AttributeValue> item : dynamoDb.queryPaginator(query).items()) {
            if (ExecutionItem.compareKeys(callbackKey(item), after) <= 0) {
                continue;
            }
            if (found.size() >= count
                    && !item.get(ExecutionItem.WAKE_AT)
                            .equals(found.get(found.size() - 1).get(ExecutionItem.WAKE_AT))) {
                break;
            }
            found.add(item);
        }
        return found;
    }

    private static String callbackKey(Map<String, AttributeValue> item) {
        return item.get(ExecutionItem.WAKE_AT).s() + "#"
                + item.get(ExecutionItem.PK).s();
    }
}
