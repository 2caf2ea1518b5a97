package org.linkmoderation.journal;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * The items of several queries of the same order, merged. The first pages are read at the same time, further ones as
 * they are needed.
 */
final class MergedQueries implements Iterator<Map<String, AttributeValue>> {
    private final DynamoDbClient dynamoDb;
    private final PriorityQueue<Source> sources;

    /** What is left of one query: never nothing. */
    private record Source(
            Map<String, AttributeValue> first, Iterator<Map<String, AttributeValue>> rest, QueryRequest nextPage) {}

    /**
     * @param queries the queries
     * @param order the order that each of them has
     * @param executor asks for the first pages
     * @throws software.amazon.awssdk.core.exception.SdkException if one of them fails
     */
    MergedQueries(
            DynamoDbClient dynamoDb,
            Stream<QueryRequest> queries,
            Comparator<Map<String, AttributeValue>> order,
            Executor executor) {
        this.dynamoDb = dynamoDb;
        sources = new PriorityQueue<>(Comparator.comparing(Source::first, order));
        List<CompletableFuture<Stream<Source>>> firstPages = queries.map(
                        query -> CompletableFuture.supplyAsync(() -> read(query), executor))
                .toList();
        try {
            firstPages.forEach(page -> page.join().forEach(sources::add));
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Stream<Source> read(QueryRequest query) {
        QueryRequest next = query;
        while (true) {
            QueryResponse page = dynamoDb.query(next);
            next = page.hasLastEvaluatedKey()
                    ? query.toBuilder()
                            .exclusiveStartKey(page.lastEvaluatedKey())
                            .build()
                    : null;
            Iterator<Map<String, AttributeValue>> items = page.items().iterator();
            if (items.hasNext()) {
                return Stream.of(new Source(items.next(), items, next));
            }
            if (next == null) {
                return Stream.empty();
            }
        }
    }

    @Override
    public boolean hasNext() {
        return !sources.isEmpty();
    }

    @Override
    public Map<String, AttributeValue> next() {
        Source source = sources.poll();
        if (source == null) {
            throw new NoSuchElementException();
        }
        if (source.rest.hasNext()) {
            sources.add(new Source(source.rest.next(), source.rest, source.nextPage));
        } else if (source.nextPage != null) {
            read(source.nextPage).forEach(sources::add);
        }
        return source.first;
    }
}
