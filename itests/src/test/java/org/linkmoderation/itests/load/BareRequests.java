package org.linkmoderation.itests.load;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.crash.RecordedExecution;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * The requests of one moderation, and nothing else: no Camel, no broker, no thought. What the executions table gets is
 * taken from the record of a real execution, cut where its writes were, under another name.
 */
final class BareRequests implements AutoCloseable {

    private static final String EVENTS = "events";

    private final DynamoDbClient dynamoDb;
    private final LambdaClient lambda;
    private final Map<String, AttributeValue> created;
    private final List<AttributeValue> decided;
    private final List<AttributeValue> ended;

    /**
     * @param links where a real execution's record is read
     * @param dynamoDbUrl DynamoDB's endpoint
     * @param lambdaUrl Lambda's endpoint
     * @param execution the name of the real execution
     */
    BareRequests(Links links, String dynamoDbUrl, String lambdaUrl, String execution) {
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        dynamoDb = DynamoDbClient.builder()
                .endpointOverride(URI.create(dynamoDbUrl))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(128))
                .build();
        lambda = LambdaClient.builder()
                .endpointOverride(URI.create(lambdaUrl))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(128))
                .build();
        Map<String, AttributeValue> record = links.client()
                .getItem(request -> request.tableName(RecordedExecution.TABLE)
                        .key(Map.of(
                                "PK", AttributeValue.fromS("moderation#" + execution),
                                "SK", AttributeValue.fromS("EXECUTION"))))
                .item();
        List<AttributeValue> events = record.get(EVENTS).l();
        int scanned = indexBehind(events, "LambdaFunctionStarted");
        int decision = indexBehind(events, "TaskStarted");
        created = new HashMap<>(record);
        created.keySet().removeAll(List.of("stopDate", "expiresAt"));
        created.put(EVENTS, AttributeValue.fromL(events.subList(0, scanned)));
        created.put("eventCount", AttributeValue.fromN(Integer.toString(scanned)));
        created.put("status", AttributeValue.fromS("RUNNING"));
        created.put("statusKey", AttributeValue.fromS("moderation#RUNNING"));
        decided = events.subList(scanned, decision);
        ended = events.subList(decision, events.size());
    }

    private static int indexBehind(List<AttributeValue> events, String type) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).m().get("type").s().equals(type)) {
                return i + 1;
            }
        }
        throw new IllegalStateException("The recorded execution has no event " + type);
    }

    /** Makes the requests of one moderation. */
    void moderate(String name, String code, String url) {
        Map<String, AttributeValue> record = new HashMap<>(created);
        String now = Instant.now().toString().substring(0, 23) + "Z";
        record.put("PK", AttributeValue.fromS("moderation#" + name));
        record.put("name", AttributeValue.fromS(name));
        record.put("startDate", AttributeValue.fromS(now));
        record.put("startKey", AttributeValue.fromS(now + "#" + name));
        dynamoDb.putItem(request -> request.tableName(RecordedExecution.TABLE)
                .item(record)
                .conditionExpression("attribute_not_exists(PK)")
                .returnValuesOnConditionCheckFailure("ALL_OLD"));
        lambda.invoke(request -> request.functionName("ModerateCheck")
                .payload(SdkBytes.fromUtf8String(ModerationBenchmark.request(code, url))));
        int first = Integer.parseInt(created.get("eventCount").n());
        append(record, first, decided, Map.of());
        decide(name, code, url, now);
        append(
                record,
                first + decided.size(),
                ended,
                Map.of(
                        "status", AttributeValue.fromS("SUCCEEDED"),
                        "statusKey", AttributeValue.fromS("moderation#SUCCEEDED"),
                        "stopDate", AttributeValue.fromS(now),
                        "expiresAt", AttributeValue.fromN("1900000000")));
    }

    private void append(
            Map<String, AttributeValue> record,
            int after,
            List<AttributeValue> events,
            Map<String, AttributeValue> end) {
        Map<String, String> names = new HashMap<>(Map.of("#events", EVENTS, "#status", "status"));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(
                ":events", AttributeValue.fromL(events),
                ":after", AttributeValue.fromN(Integer.toString(after)),
                ":expected", AttributeValue.fromS("RUNNING")));
        Map<String, AttributeValue> set = new HashMap<>(end);
        set.put("eventCount", AttributeValue.fromN(Integer.toString(after + events.size())));
        set.put("appendId", record.get("appendId"));
        StringBuilder update = new StringBuilder("SET #events = list_append(#events, :events)");
        set.forEach((name, value) -> {
            names.put("#" + name, name);
            values.put(":" + name, value);
            update.append(", #").append(name).append(" = :").append(name);
        });
        dynamoDb.updateItem(request -> request.tableName(RecordedExecution.TABLE)
                .key(Map.of("PK", record.get("PK"), "SK", record.get("SK")))
                .updateExpression(update.toString())
                .conditionExpression("eventCount = :after AND #status = :expected")
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure("ALL_OLD"));
    }

    private void decide(String name, String code, String url, String now) {
        dynamoDb.updateItem(request -> request.tableName(Links.TABLE)
                .key(Map.of("PK", AttributeValue.fromS("LINK#" + code), "SK", AttributeValue.fromS("META")))
                .attributeUpdates(Map.of(
                        "status", put(AttributeValue.fromS("active")),
                        "moderatedBy", put(AttributeValue.fromS(name)),
                        "moderatedAt", put(AttributeValue.fromS(now)),
                        "decisions",
                                AttributeValueUpdate.builder()
                                        .action(AttributeAction.ADD)
                                        .value(AttributeValue.fromN("1"))
                                        .build()))
                .expected(Map.of("status", equal("pending"), "url", equal(url)))
                .returnValues(ReturnValue.UPDATED_NEW));
    }

    private static AttributeValueUpdate put(AttributeValue value) {
        return AttributeValueUpdate.builder()
                .action(AttributeAction.PUT)
                .value(value)
                .build();
    }

    private static ExpectedAttributeValue equal(String value) {
        return ExpectedAttributeValue.builder()
                .comparisonOperator(ComparisonOperator.EQ)
                .attributeValueList(AttributeValue.fromS(value))
                .build();
    }

    @Override
    public void close() {
        dynamoDb.close();
        lambda.close();
    }
}
