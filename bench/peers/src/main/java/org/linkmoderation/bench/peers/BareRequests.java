package org.linkmoderation.bench.peers;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The requests of one moderation, and nothing else: no Camel, no broker, no thought. What the executions table gets is
 * taken from the record of a real execution, cut where its writes were, under another name.
 */
final class BareRequests implements Peer {

    private static final String EXECUTIONS = "link-moderation-executions";
    private static final String EVENTS = "events";

    private final Effects effects;
    private final DynamoDbClient dynamoDb;
    private final Map<String, AttributeValue> created;
    private final List<AttributeValue> decided;
    private final List<AttributeValue> ended;

    /**
     * The requests at the effects' endpoints.
     *
     * @param execution the name of a real execution
     */
    BareRequests(Effects effects, String execution) {
        this.effects = effects;
        dynamoDb = effects.dynamoDb();
        Map<String, AttributeValue> record = dynamoDb.getItem(request -> request.tableName(EXECUTIONS)
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

    @Override
    public void moderate(String name, String code, String url) {
        Map<String, AttributeValue> record = new HashMap<>(created);
        String now = Instant.now().toString().substring(0, 23) + "Z";
        record.put("PK", AttributeValue.fromS("moderation#" + name));
        record.put("name", AttributeValue.fromS(name));
        record.put("startDate", AttributeValue.fromS(now));
        record.put("startKey", AttributeValue.fromS(now + "#" + name));
        dynamoDb.putItem(request -> request.tableName(EXECUTIONS)
                .item(record)
                .conditionExpression("attribute_not_exists(PK)")
                .returnValuesOnConditionCheckFailure("ALL_OLD"));
        effects.scan(code, url);
        int first = Integer.parseInt(created.get("eventCount").n());
        append(record, first, decided, Map.of());
        effects.activate(name, code, url);
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
        dynamoDb.updateItem(request -> request.tableName(EXECUTIONS)
                .key(Map.of("PK", record.get("PK"), "SK", record.get("SK")))
                .updateExpression(update.toString())
                .conditionExpression("eventCount = :after AND #status = :expected")
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure("ALL_OLD"));
    }
}
