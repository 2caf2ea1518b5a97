package org.linkmoderation.moderation;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.linkmoderation.testkit.ConformanceCase;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The links table in memory, as far as the state machine uses DynamoDB: GetItem, and UpdateItem in its legacy form with
 * {@code Expected} (EQ), {@code AttributeUpdates} (PUT, ADD, DELETE) and {@code ReturnValues} (UPDATED_NEW). Anything
 * else of a request fails the test.
 */
final class InMemoryLinks implements DynamoDbClient {
    static final String TABLE = "url-shortener";

    private final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = new HashMap<>();
    private final List<DynamoDbRequest> requests = new ArrayList<>();
    private final Map<Class<? extends DynamoDbRequest>, Deque<RuntimeException>> failuresBefore = new HashMap<>();
    private final Map<Class<? extends DynamoDbRequest>, Deque<RuntimeException>> failuresAfter = new HashMap<>();

    /** Puts a link. */
    void put(String code, String url, String status) {
        Map<String, AttributeValue> item = new HashMap<>(key(code));
        item.put("url", AttributeValue.fromS(url));
        item.put("status", AttributeValue.fromS(status));
        items.put(key(code), item);
    }

    /** Sets one attribute of a link that is there. */
    void set(String code, String attribute, AttributeValue value) {
        items.get(key(code)).put(attribute, value);
    }

    /** Deletes a link. */
    void delete(String code) {
        items.remove(key(code));
    }

    /** One link, for a conformance case to prepare. */
    ConformanceCase.Link link(String code) {
        return new ConformanceCase.Link() {
            @Override
            public void put(String url, String status) {
                InMemoryLinks.this.put(code, url, status);
            }

            @Override
            public void set(String attribute, AttributeValue value) {
                InMemoryLinks.this.set(code, attribute, value);
            }

            @Override
            public void delete() {
                InMemoryLinks.this.delete(code);
            }
        };
    }

    /** A text or number of a link; null if either is not there. */
    String get(String code, String attribute) {
        AttributeValue value = items.getOrDefault(key(code), Map.of()).get(attribute);
        return value == null ? null : value.n() != null ? value.n() : value.s();
    }

    /** How many links there are. */
    int size() {
        return items.size();
    }

    /** The requests so far. */
    List<DynamoDbRequest> requests() {
        return List.copyOf(requests);
    }

    /** The next request of a type fails, and nothing is done. */
    void failBefore(Class<? extends DynamoDbRequest> type, RuntimeException failure) {
        failuresBefore.computeIfAbsent(type, t -> new ArrayDeque<>()).add(failure);
    }

    /** The next request of a type that is done is done, and its answer is lost. */
    void failAfter(Class<? extends DynamoDbRequest> type, RuntimeException failure) {
        failuresAfter.computeIfAbsent(type, t -> new ArrayDeque<>()).add(failure);
    }

    private static void failIfTold(
            Map<Class<? extends DynamoDbRequest>, Deque<RuntimeException>> failures, DynamoDbRequest request) {
        Deque<RuntimeException> told = failures.getOrDefault(request.getClass(), new ArrayDeque<>());
        if (!told.isEmpty()) {
            throw told.remove();
        }
    }

    /** Forgets all. */
    void clear() {
        items.clear();
        requests.clear();
        failuresBefore.clear();
        failuresAfter.clear();
    }

    /** What DynamoDB refuses with, or with a status from 500 fails with. */
    static RuntimeException refusal(int status, String code, String message) {
        return refusal(DynamoDbException.builder(), status, code, message);
    }

    private static RuntimeException refusal(
            DynamoDbException.Builder builder, int status, String code, String message) {
        builder.statusCode(status).message(message);
        builder.awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build());
        return (RuntimeException) builder.build();
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
        begin(request, request.tableName());
        if (request.updateExpression() != null || request.conditionExpression() != null) {
            throw new AssertionError("Not the legacy form: " + request);
        }
        Map<String, AttributeValue> item = items.getOrDefault(request.key(), Map.of());
        request.expected().forEach((name, expected) -> {
            if (expected.comparisonOperator() != ComparisonOperator.EQ) {
                throw new AssertionError("Not EQ: " + expected);
            }
            if (!expected.attributeValueList().get(0).equals(item.get(name))) {
                throw refusal(
                        ConditionalCheckFailedException.builder(),
                        400,
                        "ConditionalCheckFailedException",
                        "The conditional request failed");
            }
        });
        Map<String, AttributeValue> updated = new HashMap<>();
        Map<String, AttributeValue> after = new HashMap<>(item);
        after.putAll(request.key());
        request.attributeUpdates().forEach((name, update) -> {
            if (update.action() == AttributeAction.DELETE) {
                after.remove(name);
            } else {
                updated.put(name, updated(item.get(name), update));
            }
        });
        after.putAll(updated);
        items.put(request.key(), after);
        failIfTold(failuresAfter, request);
        if (request.returnValues() != ReturnValue.UPDATED_NEW) {
            throw new AssertionError("Not UPDATED_NEW: " + request);
        }
        return UpdateItemResponse.builder().attributes(updated).build();
    }

    private static AttributeValue updated(AttributeValue before, AttributeValueUpdate update) {
        if (update.action() == AttributeAction.PUT) {
            return update.value();
        }
        if (update.action() != AttributeAction.ADD) {
            throw new AssertionError("Neither PUT nor ADD: " + update);
        }
        if (before != null && before.n() == null) {
            throw refusal(
                    400,
                    "ValidationException",
                    "Type mismatch for attribute to update: an operand in the update has an incorrect data type");
        }
        BigDecimal sum = new BigDecimal(before == null ? "0" : before.n())
                .add(new BigDecimal(update.value().n()));
        return AttributeValue.fromN(sum.toPlainString());
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        begin(request, request.tableName());
        if (!Boolean.TRUE.equals(request.consistentRead())) {
            throw new AssertionError("A read that may show what was: " + request);
        }
        Map<String, AttributeValue> item = items.get(request.key());
        failIfTold(failuresAfter, request);
        GetItemResponse.Builder response = GetItemResponse.builder();
        if (item != null) {
            response.item(item.entrySet().stream()
                    .filter(entry -> request.attributesToGet().contains(entry.getKey()))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
        return response.build();
    }

    private void begin(DynamoDbRequest request, String table) {
        requests.add(request);
        failIfTold(failuresBefore, request);
        if (!table.equals(TABLE)) {
            throw refusal(
                    ResourceNotFoundException.builder(),
                    400,
                    "ResourceNotFoundException",
                    "Requested resource not found");
        }
    }

    private static Map<String, AttributeValue> key(String code) {
        return Map.of("PK", AttributeValue.fromS("LINK#" + code), "SK", AttributeValue.fromS("META"));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing
    }
}
