package org.linkmoderation.domains;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The table of domains in memory, as far as the saga uses DynamoDB: a consistent GetItem, and UpdateItem in its legacy
 * form with {@code Expected} (EQ, NULL) and {@code AttributeUpdates} (PUT, DELETE).
 */
final class InMemoryDomains implements DynamoDbClient {
    static final String TABLE = "custom-domains";

    private final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = new HashMap<>();
    private final Deque<Consumer<UpdateItemRequest>> before = new ArrayDeque<>();
    private final Deque<Consumer<UpdateItemRequest>> after = new ArrayDeque<>();

    /** A text of a domain; null if it or the domain is not there. */
    String get(String domain, String attribute) {
        AttributeValue value = items.getOrDefault(key(domain), Map.of()).get(attribute);
        return value == null ? null : value.s();
    }

    /** Sets texts of a domain. */
    void put(String domain, Map<String, String> texts) {
        Map<String, AttributeValue> item = new HashMap<>(items.getOrDefault(key(domain), key(domain)));
        texts.forEach((name, text) -> item.put(name, AttributeValue.fromS(text)));
        items.put(key(domain), item);
    }

    /** Does something before the next update, which is refused if that throws. */
    void beforeNext(Consumer<UpdateItemRequest> happening) {
        before.add(happening);
    }

    /** Does something after the next update; if that throws, its answer is lost. */
    void afterNext(Consumer<UpdateItemRequest> happening) {
        after.add(happening);
    }

    void clear() {
        items.clear();
        before.clear();
        after.clear();
    }

    /** What DynamoDB refuses with. */
    static RuntimeException refusal(String code) {
        return (RuntimeException) DynamoDbException.builder()
                .statusCode(400)
                .message(code)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(code)
                        .build())
                .build();
    }

    @Override
    public synchronized UpdateItemResponse updateItem(UpdateItemRequest request) {
        if (!before.isEmpty()) {
            before.remove().accept(request);
        }
        Map<String, AttributeValue> item = items.getOrDefault(request.key(), request.key());
        request.expected().forEach((name, expected) -> check(item.get(name), expected));
        Map<String, AttributeValue> updated = new HashMap<>(item);
        request.attributeUpdates().forEach((name, update) -> {
            if (update.action() == AttributeAction.PUT) {
                updated.put(name, update.value());
            } else if (update.action() == AttributeAction.DELETE && update.value() == null) {
                updated.remove(name);
            } else {
                throw new AssertionError("Neither PUT nor DELETE: " + update);
            }
        });
        items.put(request.key(), updated);
        if (!after.isEmpty()) {
            after.remove().accept(request);
        }
        return UpdateItemResponse.builder().attributes(Map.of()).build();
    }

    private static void check(AttributeValue value, ExpectedAttributeValue expected) {
        boolean matches = switch (expected.comparisonOperator()) {
            case EQ -> expected.attributeValueList().get(0).equals(value);
            case NULL -> value == null;
            default -> throw new AssertionError("Neither EQ nor NULL: " + expected);
        };
        if (!matches) {
            throw ConditionalCheckFailedException.builder()
                    .statusCode(400)
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("ConditionalCheckFailedException")
                            .errorMessage("The conditional request failed")
                            .build())
                    .build();
        }
    }

    @Override
    public synchronized GetItemResponse getItem(GetItemRequest request) {
        if (!Boolean.TRUE.equals(request.consistentRead())) {
            throw new AssertionError("A read that may show what was: " + request);
        }
        Map<String, AttributeValue> item = items.getOrDefault(request.key(), Map.of());
        return GetItemResponse.builder()
                .item(item.entrySet().stream()
                        .filter(entry -> request.attributesToGet().contains(entry.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .build();
    }

    private static Map<String, AttributeValue> key(String domain) {
        return Map.of("PK", AttributeValue.fromS("DOMAIN#" + domain), "SK", AttributeValue.fromS("META"));
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
