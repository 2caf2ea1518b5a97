package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.itests.Links;
import org.linkmoderation.testkit.HistoryChecker;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * An execution as it is recorded, read by the tests themselves: from the executions table, or from an export.
 *
 * @param name the name
 * @param status the status
 * @param startDate when it started
 * @param stopDate when it ended; null while it runs
 * @param expiresAt the TTL attribute in seconds since 1970; null if there is none, or it can't be seen
 * @param redriveCount how often it was redriven
 * @param events the history, in order
 */
public record RecordedExecution(
        String name,
        String status,
        Instant startDate,
        Instant stopDate,
        Long expiresAt,
        int redriveCount,
        List<Event> events) {

    private static final String PAYLOAD = "PAYLOAD#";
    private static final String CHUNK = "HISTORY#";

    /** In how many partitions the index by status has the executions of a status. */
    private static final int SHARDS = 8;

    /**
     * One event.
     *
     * @param id the number, counted from 1
     * @param timestamp when it happened
     * @param type what happened, as Step Functions names it
     * @param details the details by their names
     */
    public record Event(long id, Instant timestamp, String type, Map<String, String> details) {}

    /** All executions of the table, by name. It is a scan: a test may. */
    public static Map<String, RecordedExecution> all(Links links) {
        Map<String, List<Map<String, AttributeValue>>> byKey = new HashMap<>();
        links
                .client()
                .scanPaginator(request ->
                        request.tableName(links.tables().executions()).consistentRead(true))
                .items()
                .stream()
                .forEach(item -> byKey.computeIfAbsent(item.get("PK").s(), key -> new ArrayList<>())
                        .add(item));
        Map<String, RecordedExecution> executions = new TreeMap<>();
        for (List<Map<String, AttributeValue>> items : byKey.values()) {
            of(items).ifPresent(execution -> executions.put(execution.name(), execution));
        }
        return executions;
    }

    /** An execution of the moderation from the table, read consistently; empty if there is none of that name. */
    public static Optional<RecordedExecution> find(Links links, String name) {
        return of(links
                .client()
                .queryPaginator(request -> request.tableName(links.tables().executions())
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS("moderation#" + name))))
                .items()
                .stream()
                .toList());
    }

    /** How many executions are in a status, by the index: records with their histories take long to read. */
    public static int count(Links links, String stateMachine, String status) {
        return IntStream.range(0, SHARDS)
                .mapToObj(shard -> stateMachine + "#" + status + (shard == 0 ? "" : "#" + shard))
                .flatMap(key -> links
                        .client()
                        .queryPaginator(
                                request -> request.tableName(links.tables().executions())
                                        .indexName("by-status")
                                        .select(Select.COUNT)
                                        .keyConditionExpression("statusKey = :key")
                                        .expressionAttributeValues(Map.of(":key", AttributeValue.fromS(key))))
                        .stream())
                .mapToInt(QueryResponse::count)
                .sum();
    }

    /** An execution from what {@code moderation:export} prints. */
    public static RecordedExecution ofExport(JsonNode export) {
        List<Event> events = new ArrayList<>();
        for (JsonNode event : export.path("events")) {
            if (event.path("previousEventId").asLong() != event.path("id").asLong() - 1) {
                throw new AssertionError("previousEventId of " + event);
            }
            Map<String, String> details = new TreeMap<>();
            for (JsonNode member : event) {
                member.properties()
                        .forEach(detail ->
                                details.put(detail.getKey(), detail.getValue().asText()));
            }
            events.add(new Event(
                    event.path("id").asLong(),
                    Instant.parse(event.path("timestamp").asText()),
                    event.path("type").asText(),
                    details));
        }
        return new RecordedExecution(
                export.path("name").asText(),
                export.path("status").asText(),
                Instant.parse(export.path("startDate").asText()),
                export.has("stopDate") ? Instant.parse(export.path("stopDate").asText()) : null,
                null,
                export.path("redriveCount").asInt(),
                events);
    }

    private static Optional<RecordedExecution> of(List<Map<String, AttributeValue>> items) {
        Map<String, AttributeValue> record = null;
        Map<String, String> payloads = new HashMap<>();
        Map<String, Map<String, AttributeValue>> chunks = new HashMap<>();
        for (Map<String, AttributeValue> item : items) {
            String sortKey = item.get("SK").s();
            if (sortKey.startsWith(PAYLOAD)) {
                payloads.put(
                        sortKey.substring(PAYLOAD.length()), item.get("text").s());
            } else if (sortKey.startsWith(CHUNK)) {
                chunks.put(sortKey, item);
            } else {
                record = item;
            }
        }
        if (record == null) {
            return Optional.empty();
        }
        List<Event> events = new ArrayList<>();
        for (AttributeValue event : events(record, chunks)) {
            Map<String, String> details = new TreeMap<>();
            event.m()
                    .get("details")
                    .m()
                    .forEach((name, value) -> details.put(
                            name,
                            value.s() != null
                                    ? value.s()
                                    : payloads.get(value.m().get("payload").s())));
            events.add(new Event(
                    events.size() + 1L,
                    Instant.parse(event.m().get("timestamp").s()),
                    event.m().get("type").s(),
                    details));
        }
        if (Long.parseLong(record.get("eventCount").n()) != events.size()) {
            throw new AssertionError("eventCount of " + record);
        }
        return Optional.of(new RecordedExecution(
                record.get("name").s(),
                record.get("status").s(),
                Instant.parse(record.get("startDate").s()),
                record.containsKey("stopDate")
                        ? Instant.parse(record.get("stopDate").s())
                        : null,
                record.containsKey("expiresAt")
                        ? Long.valueOf(record.get("expiresAt").n())
                        : null,
                Integer.parseInt(record.get("redriveCount").n()),
                events));
    }

    private static List<AttributeValue> events(
            Map<String, AttributeValue> part, Map<String, Map<String, AttributeValue>> chunks) {
        List<AttributeValue> events = new ArrayList<>();
        if (part.containsKey("earlierEvents")) {
            events.addAll(events(chunks.get(part.get("earlierEvents").s()), chunks));
        }
        events.addAll(part.get("events").l());
        return events;
    }

    public boolean isEnded() {
        return !status.equals("RUNNING") && !status.equals("IN_DOUBT");
    }

    /** How many events of this type there are. */
    public long count(String type) {
        return events.stream().filter(event -> event.type().equals(type)).count();
    }

    /** The states that were entered, in order. */
    public List<String> trail() {
        return events.stream()
                .filter(event -> event.type().endsWith("StateEntered"))
                .map(event -> event.details().get("name"))
                .toList();
    }

    /** The types of the events, in order. */
    public Stream<String> types() {
        return events.stream().map(Event::type);
    }

    /**
     * Checks that the history is one that the moderation can have, and that it tells what the record tells.
     *
     * @param maxAttempts MaxAttempts of CheckSafety's Retry
     * @throws AssertionError if it can't be; the message says which event is wrong, and shows all
     */
    public void checkHistory(int maxAttempts) {
        List<HistoryEvent> history = events.stream()
                .map(event -> new HistoryEvent(
                        event.id(), event.timestamp(), HistoryEventType.valueOf(event.type()), event.details()))
                .toList();
        HistoryChecker.check(history, ExecutionStatus.valueOf(status), maxAttempts);
        Instant last = history.get(history.size() - 1).timestamp();
        assertThat(count("ExecutionRedriven"))
                .as("redrives in the history of %s", this)
                .isEqualTo(redriveCount);
        assertThat(startDate).as("start of %s", this).isBeforeOrEqualTo(last);
        assertThat(stopDate).as("end of %s", this).isEqualTo(status.equals("RUNNING") ? null : last);
    }

    /**
     * Checks that this execution has succeeded and decided about a link, once, as its scan says.
     *
     * @param code the link
     * @param isSafe what the scan says, if it gets to say anything
     * @throws AssertionError if it has not; the message shows the execution
     */
    public void checkDecision(Links links, String code, boolean isSafe) {
        assertThat(status).as("status of %s", this).isEqualTo("SUCCEEDED");
        Map<String, AttributeValue> link = links.item(code);
        assertThat(link.get("decisions")).as("decisions by %s", this).isEqualTo(AttributeValue.fromN("1"));
        assertThat(link.get("status").s())
                .as("status of link %s by %s", code, this)
                .isEqualTo(trail().contains("MarkError") ? "error" : isSafe ? "active" : "rejected");
        assertThat(link.get("moderatedBy").s())
                .as("who decided about link %s", code)
                .isEqualTo(name);
    }

    /** The record and a line for each event. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name + " " + status + ", redriven " + redriveCount + " times");
        events.forEach(event -> text.append("\n  ")
                .append(event.id())
                .append(' ')
                .append(event.timestamp())
                .append(' ')
                .append(event.type())
                .append(' ')
                .append(event.details()));
        return text.toString();
    }
}
