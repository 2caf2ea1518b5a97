package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.local.dynamodb.testkit.Client.BY_OWNER;
import static org.linkmoderation.local.dynamodb.testkit.Client.BY_STATUS;
import static org.linkmoderation.local.dynamodb.testkit.Client.TABLE;
import static org.linkmoderation.local.dynamodb.testkit.Client.item;
import static org.linkmoderation.local.dynamodb.testkit.Client.key;
import static org.linkmoderation.local.dynamodb.testkit.Client.n;
import static org.linkmoderation.local.dynamodb.testkit.Client.s;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.local.dynamodb.testkit.Client;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What the public conformance suite has no tests of. */
@Timeout(300)
class OperationsTest {

    @TempDir
    private Path directory;

    private DynamoDbEndpoint endpoint;
    private DynamoDbClient client;

    @BeforeEach
    void start() throws IOException {
        endpoint = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS, Duration.ofMillis(200));
        client = Client.of(endpoint.port());
        Client.createTable(client);
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
    }

    private void put(Map<String, AttributeValue> item) {
        client.putItem(put -> put.tableName(TABLE).item(item));
    }

    private Map<String, AttributeValue> get(String id) {
        return client.getItem(get -> get.tableName(TABLE).key(key(id))).item();
    }

    private void updateExpecting(String id, Map<String, ExpectedAttributeValue> expected) {
        client.updateItem(update -> update.tableName(TABLE)
                .key(key(id))
                .attributeUpdates(Map.of(
                        "done",
                        AttributeValueUpdate.builder()
                                .action(AttributeAction.PUT)
                                .value(AttributeValue.fromBool(true))
                                .build()))
                .expected(expected));
    }

    private static ExpectedAttributeValue expected(ComparisonOperator operator, AttributeValue... values) {
        return ExpectedAttributeValue.builder()
                .comparisonOperator(operator)
                .attributeValueList(values)
                .build();
    }

    @Test
    void shouldUpdateOnlyWhatIsAsExpected() {
        put(item("1", "status", "new", "number", 5));

        updateExpecting(
                "1",
                Map.of(
                        "status", expected(ComparisonOperator.EQ, s("new")),
                        "number", expected(ComparisonOperator.BETWEEN, n(1), n(5)),
                        "gone", expected(ComparisonOperator.NULL),
                        "id", expected(ComparisonOperator.NOT_NULL)));

        assertThat(get("1")).containsEntry("done", AttributeValue.fromBool(true));
        for (var refused : List.of(
                Map.of("status", expected(ComparisonOperator.NULL)),
                Map.of("gone", expected(ComparisonOperator.NOT_NULL)),
                Map.of("status", expected(ComparisonOperator.NE, s("new"))),
                Map.of("gone", expected(ComparisonOperator.EQ, s("new"))),
                Map.of("status", ExpectedAttributeValue.builder().exists(false).build()))) {
            assertThatThrownBy(() -> updateExpecting("1", refused)).isInstanceOf(ConditionalCheckFailedException.class);
        }
        assertThatThrownBy(() -> updateExpecting("2", Map.of("id", expected(ComparisonOperator.NOT_NULL))))
                .isInstanceOf(ConditionalCheckFailedException.class);
        assertThat(get("2")).isEmpty();
    }

    @Test
    void shouldTakeADotInAnAttributeNameAsAPartOfIt() {
        put(item("1", "refused", AttributeValue.fromM(Map.of("a", s("inner")))));
        client.updateItem(update -> update.tableName(TABLE)
                .key(key("1"))
                .attributeUpdates(Map.of(
                        "refused.a",
                        AttributeValueUpdate.builder().value(s("outer")).build()))
                .expected(Map.of("refused.a", expected(ComparisonOperator.NULL))));
        client.updateItem(update -> update.tableName(TABLE)
                .key(key("1"))
                .updateExpression("SET #dotted = :two")
                .expressionAttributeNames(Map.of("#dotted", "refused.b"))
                .expressionAttributeValues(Map.of(":two", s("two"))));

        assertThat(get("1"))
                .containsEntry("refused.a", s("outer"))
                .containsEntry("refused.b", s("two"))
                .containsEntry("refused", AttributeValue.fromM(Map.of("a", s("inner"))));
    }

    @Test
    void shouldRefuseToAddAWrongType() {
        put(item("1", "text", "x"));

        assertThatThrownBy(() -> client.updateItem(update -> update.tableName(TABLE)
                        .key(key("1"))
                        .updateExpression("ADD #text :one")
                        .expressionAttributeNames(Map.of("#text", "text"))
                        .expressionAttributeValues(Map.of(":one", n(1)))))
                .isInstanceOfSatisfying(
                        DynamoDbException.class,
                        failure -> assertThat(failure.awsErrorDetails().errorCode())
                                .isEqualTo("ValidationException"));
        assertThat(get("1")).containsEntry("text", s("x"));
    }

    @Test
    void shouldReturnTheItemOfAFailedCondition() {
        put(item("1", "number", 1));

        assertThatThrownBy(() -> client.updateItem(update -> update.tableName(TABLE)
                        .key(key("1"))
                        .updateExpression("SET note = :note")
                        .conditionExpression("#number = :two")
                        .expressionAttributeNames(Map.of("#number", "number"))
                        .expressionAttributeValues(Map.of(":note", s("x"), ":two", n(2)))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)))
                .isInstanceOfSatisfying(
                        ConditionalCheckFailedException.class,
                        failure -> assertThat(failure.item()).isEqualTo(item("1", "number", 1)));
    }

    @Test
    void shouldQueryAnIndexThatIncludesSome() {
        for (int i = 0; i < 12; i++) {
            put(item("id" + i, "status", i % 2 == 0 ? "even" : "odd", "number", i, "note", "n" + i, "big", "x"));
        }
        put(item("without", "status", "even"));

        var page = query("even", true, null);
        assertThat(page.items()).extracting(item -> item.get("number").n()).containsExactly("0", "2", "4", "6");
        assertThat(page.items().get(0)).containsOnlyKeys("id", "status", "number", "note");
        assertThat(page.lastEvaluatedKey()).containsOnlyKeys("id", "status", "number");
        var rest = query("even", true, page.lastEvaluatedKey());
        assertThat(rest.items()).extracting(item -> item.get("number").n()).containsExactly("8", "10");
        assertThat(query("even", false, null).items())
                .extracting(item -> item.get("number").n())
                .containsExactly("10", "8", "6", "4");
    }

    private software.amazon.awssdk.services.dynamodb.model.QueryResponse query(
            String status, boolean forward, Map<String, AttributeValue> start) {
        return client.query(QueryRequest.builder()
                .tableName(TABLE)
                .indexName(BY_STATUS)
                .keyConditionExpression("#status = :status")
                .expressionAttributeNames(Map.of("#status", "status"))
                .expressionAttributeValues(Map.of(":status", s(status)))
                .scanIndexForward(forward)
                .exclusiveStartKey(start)
                .limit(4)
                .build());
    }

    @Test
    void shouldMoveAnItemInItsIndexes() {
        put(item("1", "status", "new", "number", 1, "owner", "a"));
        put(item("1", "status", "old", "number", 1, "note", "moved"));

        assertThat(query("new", true, null).items()).isEmpty();
        assertThat(query("old", true, null).items())
                .containsExactly(item("1", "status", "old", "number", 1, "note", "moved"));
        assertThat(client.scan(scan -> scan.tableName(TABLE).indexName(BY_OWNER))
                        .items())
                .isEmpty();
        client.deleteItem(delete -> delete.tableName(TABLE).key(key("1")));
        assertThat(query("old", true, null).items()).isEmpty();
    }

    @Test
    void shouldCountWhatTheServiceCounts() {
        var small = client.putItem(put -> put.tableName(TABLE)
                .item(item("1", "status", "new", "number", 1, "note", "x".repeat(1_100), "big", "x".repeat(1_200)))
                .returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
        // 2.3 kB in the table; 1.1 kB in the index, which has no "big"
        assertThat(small.consumedCapacity().table().capacityUnits()).isEqualTo(3);
        assertThat(small.consumedCapacity()
                        .globalSecondaryIndexes()
                        .get(BY_STATUS)
                        .capacityUnits())
                .isEqualTo(2);
        assertThat(small.consumedCapacity().capacityUnits()).isEqualTo(5);

        var moved = client.updateItem(update -> update.tableName(TABLE)
                .key(key("1"))
                .updateExpression("SET #status = :old")
                .expressionAttributeNames(Map.of("#status", "status"))
                .expressionAttributeValues(Map.of(":old", s("old")))
                .returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
        // A delete and a put in the index
        assertThat(moved.consumedCapacity()
                        .globalSecondaryIndexes()
                        .get(BY_STATUS)
                        .capacityUnits())
                .isEqualTo(4);
        var untouched = client.updateItem(update -> update.tableName(TABLE)
                .key(key("1"))
                .updateExpression("SET extra = :old")
                .expressionAttributeValues(Map.of(":old", s("old")))
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL));
        assertThat(untouched.consumedCapacity().capacityUnits()).isEqualTo(3);

        var read = client.getItem(
                get -> get.tableName(TABLE).key(key("1")).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL));
        assertThat(read.consumedCapacity().capacityUnits()).isEqualTo(0.5);
        var transaction = client.transactWriteItems(write -> write.transactItems(TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(TABLE).key(key("1")))
                        .build())
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL));
        assertThat(transaction.consumedCapacity().get(0).capacityUnits()).isEqualTo(2 * (3 + 2));
    }

    @Test
    void shouldDeleteWhatHasExpired() {
        long now = Instant.now().getEpochSecond();
        put(item("over", "expires", now - 10, "owner", "a"));
        put(item("to come", "expires", now + 1_000, "owner", "a"));
        put(item("no time", "expires", "soon", "owner", "a"));
        put(item("long ago", "expires", 1_000_000, "owner", "a"));
        put(item("none", "owner", "a"));
        client.updateTimeToLive(update -> update.tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
        put(item("later", "expires", now - 5, "owner", "a"));

        await().untilAsserted(() -> assertThat(
                        client.scan(scan -> scan.tableName(TABLE)).items())
                .extracting(item -> item.get("id").s())
                .containsExactlyInAnyOrder("to come", "no time", "long ago", "none"));
        assertThat(client.scan(scan -> scan.tableName(TABLE).indexName(BY_OWNER))
                        .count())
                .isEqualTo(4);
    }

    @Test
    void shouldDoATransactionWhollyOrNotAtAll() {
        put(item("1", "number", 1));

        assertThatThrownBy(() -> client.transactWriteItems(write -> write.transactItems(
                        TransactWriteItem.builder()
                                .put(put -> put.tableName(TABLE).item(item("2")))
                                .build(),
                        TransactWriteItem.builder()
                                .update(update -> update.tableName(TABLE)
                                        .key(key("1"))
                                        .updateExpression("SET note = :x")
                                        .expressionAttributeValues(Map.of(":x", s("x")))
                                        .conditionExpression("attribute_not_exists(id)")
                                        .returnValuesOnConditionCheckFailure("ALL_OLD"))
                                .build())))
                .isInstanceOfSatisfying(TransactionCanceledException.class, failure -> {
                    assertThat(failure.cancellationReasons())
                            .extracting(reason -> reason.code())
                            .containsExactly("None", "ConditionalCheckFailed");
                    assertThat(failure.cancellationReasons().get(1).item()).isEqualTo(item("1", "number", 1));
                });
        assertThat(get("2")).isEmpty();
    }

    @Test
    void shouldDoATransactionOnceForAToken() {
        put(item("1", "number", 0));
        for (int i = 0; i < 2; i++) {
            client.transactWriteItems(write -> write.clientRequestToken("once")
                    .transactItems(TransactWriteItem.builder()
                            .update(update -> update.tableName(TABLE)
                                    .key(key("1"))
                                    .updateExpression("ADD #number :one")
                                    .expressionAttributeNames(Map.of("#number", "number"))
                                    .expressionAttributeValues(Map.of(":one", n(1))))
                            .build()));
        }

        assertThat(get("1")).containsEntry("number", n(1));
    }

    @Test
    void shouldPageALargeQueryByAMegabyte() {
        for (int i = 0; i < 12; i++) {
            put(item("id" + i, "owner", "a", "text", "x".repeat(200_000)));
        }
        var ids = new ArrayList<String>();
        var pages = client
                .queryPaginator(query -> query.tableName(TABLE)
                        .indexName(BY_OWNER)
                        .keyConditionExpression("#owner = :a")
                        .expressionAttributeNames(Map.of("#owner", "owner"))
                        .expressionAttributeValues(Map.of(":a", s("a"))))
                .stream()
                .peek(page ->
                        page.items().forEach(item -> ids.add(item.get("id").s())))
                .toList();

        assertThat(pages).extracting(page -> page.count()).containsExactly(5, 5, 2);
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 12).mapToObj(i -> "id" + i).toList());
    }

    @Test
    void shouldSeeTheItemAsItWasInAllActionsOfAnUpdate() {
        put(item(
                "1",
                "a",
                AttributeValue.fromL(List.of(s("0"), s("1"), s("2"), s("3"))),
                "b",
                AttributeValue.fromM(Map.of("x", s("old")))));

        var updated = client.updateItem(update -> update.tableName(TABLE)
                .key(key("1"))
                .updateExpression("SET c = b, b.x = :new, a[9] = :new REMOVE a[0], a[2]")
                .expressionAttributeValues(Map.of(":new", s("new")))
                .returnValues(ReturnValue.ALL_NEW));

        assertThat(updated.attributes())
                .containsEntry("a", AttributeValue.fromL(List.of(s("1"), s("3"), s("new"))))
                .containsEntry("b", AttributeValue.fromM(Map.of("x", s("new"))))
                .containsEntry("c", AttributeValue.fromM(Map.of("x", s("old"))));
    }

    @Test
    void shouldKeepItsTablesWhenItIsStartedAgain() throws IOException {
        put(item("1", "status", "new", "number", 7, "note", "kept"));
        client.updateTimeToLive(update -> update.tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
        stop();
        endpoint = new DynamoDbEndpoint(0, directory, Acknowledge.DISK);
        client = Client.of(endpoint.port());

        assertThat(query("new", true, null).items())
                .containsExactly(item("1", "status", "new", "number", 7, "note", "kept"));
        assertThat(client.describeTimeToLive(describe -> describe.tableName(TABLE))
                        .timeToLiveDescription()
                        .attributeName())
                .isEqualTo("expires");
        client.deleteTable(delete -> delete.tableName(TABLE));
        assertThat(client.listTables().tableNames()).isEmpty();
    }
}
