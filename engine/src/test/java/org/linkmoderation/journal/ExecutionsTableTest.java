package org.linkmoderation.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.RunState;
import org.linkmoderation.StartRequest;
import org.linkmoderation.UndoFailure;
import org.linkmoderation.Waiting;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.Requested;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What is written is read back as it was; the updates are applied here as DynamoDB does it. */
class ExecutionsTableTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final StartRequest REQUEST = Requested.start("e1", "id-1", Requested.INPUT);

    private static final Waiting WAITING = new Waiting(Waiting.Reason.RETRY, "CheckSafety", "E", START);
    private static final Execution STARTED = Recorded.started(REQUEST, START);

    private final ExecutionsTable table = new ExecutionsTable("executions", Duration.ofDays(90));

    @Test
    void shouldCompareKeysAsTheTableOrdersThem() {
        // In UTF-16 it is the other way round
        assertThat("\uFF21").isGreaterThan("\uD83D\uDE00");
        assertThat(ExecutionItem.compareKeys("\uFF21", "\uD83D\uDE00")).isNegative();
        assertThat(ExecutionItem.compareKeys("a", "a-1")).isNegative();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_025, 32_768, 262_144})
    void shouldKeepALongTextAsAnItemOfItsOwn(int length) {
        String input = "{\"code\":\"" + "ä".repeat(length - 11) + "\"}";
        List<HistoryEvent> events = List.of(
                started(input),
                event(2, 0, HistoryEventType.TaskStateEntered, Map.of("name", "CheckSafety", "input", input)));
        Map<String, AttributeValue> record = created(events.toArray(HistoryEvent[]::new));

        List<PutItemRequest> payloads =
                List.copyOf(table.payloads(REQUEST.id(), STARTED.incarnation(), events, START, Set.of())
                        .values());

        assertThat(payloads).as("one for both").hasSize(1);
        assertThat(record.toString()).hasSizeLessThan(3_000);
        assertThat(ExecutionItem.isRecord(record)).isTrue();
        assertThat(ExecutionItem.isWhole(record)).isFalse();
        Map<String, AttributeValue> payload = payloads.get(0).item();
        assertThat(ExecutionItem.isRecord(payload)).isFalse();
        assertThat(payload.get("PK")).isEqualTo(record.get("PK"));
        for (List<Map<String, AttributeValue>> items : List.of(List.of(record, payload), List.of(payload, record))) {
            Execution execution = ExecutionItem.execution(items);
            assertThat(execution.input()).isEqualTo(input);
            assertThat(execution.events()).isEqualTo(events);
        }
    }

    @Test
    void shouldKeepAShortTextInTheRecord() {
        String input = "{\"code\":\"" + "ä".repeat(1_024 - 11) + "\"}";

        assertThat(table.payloads(REQUEST.id(), STARTED.incarnation(), List.of(started(input)), START, Set.of()))
                .isEmpty();
        assertThat(ExecutionItem.isWhole(created(started(input)))).isTrue();
        assertThat(ExecutionItem.execution(List.of(created(started(input)))).input())
                .isEqualTo(input);
    }

    @Test
    void shouldKeepAPayloadLongerThanTheRecordThatRefersToIt() {
        String input = "\"" + "x".repeat(2_000) + "\"";
        Instant longestStop = START.plus(Duration.ofDays(365));
        HistoryEvent last = new HistoryEvent(2, longestStop, HistoryEventType.ExecutionTimedOut, Map.of());

        long payload = number(
                table.payloads(REQUEST.id(), STARTED.incarnation(), List.of(started(input)), START, Set.of())
                        .values()
                        .iterator()
                        .next()
                        .item(),
                "expiresAt");
        long record = number(ended(last, ExecutionStatus.TIMED_OUT), "expiresAt");

        assertThat(payload).isGreaterThan(record);
    }

    @Test
    void shouldExpireBehindTheRetention() {
        Map<String, AttributeValue> running = created(started("{}"));
        Map<String, AttributeValue> ended = ended(
                event(2, 5_000, HistoryEventType.ExecutionSucceeded, Map.of("output", "{}")),
                ExecutionStatus.SUCCEEDED);

        assertThat(running).doesNotContainKey("expiresAt");
        assertThat(number(ended, "expiresAt"))
                .isEqualTo(START.plusSeconds(5).plus(Duration.ofDays(90)).getEpochSecond());
    }

    @Test
    void shouldNotExpireWhatWasRedriven() {
        Map<String, AttributeValue> failed = ended(
                event(2, 1, HistoryEventType.ExecutionFailed, Map.of("error", "E", "cause", "c")),
                ExecutionStatus.FAILED);
        Execution found = ExecutionItem.execution(List.of(failed));
        HistoryEvent redriven = event(3, 2, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "1"));

        assertThat(apply(failed, write(redrive(found, redriven), Optional.empty())))
                .doesNotContainKey("expiresAt")
                .doesNotContainKey("stopDate");
    }

    @Test
    void shouldCreateARecordOnlyWhereThereIsNone() {
        PutItemRequest create = create(started("{}"));

        assertThat(create.conditionExpression()).isEqualTo("attribute_not_exists(PK)");
        assertThat(create.returnValuesOnConditionCheckFailureAsString()).isEqualTo("ALL_OLD");
        assertThat(create.item().get("PK").s()).isEqualTo("moderation#e1");
        assertThat(create.item().get("SK").s()).isEqualTo("EXECUTION");
    }

    @Test
    void shouldAppendOnlyBehindTheEventThatTheWriterKnows() {
        Map<String, AttributeValue> item = created(started("{}"));
        UpdateItemRequest append = write(
                next(item, STARTED.run(), event(2, 0, HistoryEventType.ExecutionResumed, Map.of())), Optional.empty());

        assertThat(append.conditionExpression())
                .isEqualTo("eventCount = :after AND incarnation = :incarnationIs AND #status = :statusIs AND"
                        + " deliveryId = :tokenIs AND claimedBy = :claimedByIs");
        assertThat(append.expressionAttributeValues().get(":after").n()).isEqualTo("1");
        assertThat(append.expressionAttributeValues().get(":eventCount").n()).isEqualTo("2");
        assertThat(append.returnValuesOnConditionCheckFailureAsString()).isEqualTo("ALL_OLD");
    }

    @Test
    void shouldUseEachNameAndValueOfAnExpression() {
        // DynamoDB refuses those that an expression does not use
        Execution found = ExecutionItem.execution(List.of(created(started("{}"))));
        HistoryEvent event = event(2, 0, HistoryEventType.ExecutionSucceeded, Map.of());
        RunState run = STARTED.run();
        for (Transition transition : List.of(
                Transition.of(found, run, List.of(event)),
                Transition.of(found, run.ended(ExecutionStatus.FAILED), List.of(event)),
                Transition.of(found, run.parked(WAITING, START), List.of()),
                Transition.of(
                        found.with(run.parked(WAITING, START), found.events()),
                        run.parked(WAITING, START).claimed("message", START),
                        List.of()),
                Transition.of(found, run.inDoubt(new UndoFailure(1, "E", "c", START)), List.of(event)),
                redrive(found, event))) {
            Optional<String> chunk = Optional.of("HISTORY#1")
                    .filter(sortKey -> !transition.events().isEmpty());
            UpdateItemRequest update = write(transition, chunk);
            String expressions = update.updateExpression() + " " + update.conditionExpression() + " ";
            assertThat(update.expressionAttributeNames().keySet())
                    .allMatch(name -> expressions.matches("(?s).*" + name + "\\b.*"));
            assertThat(update.expressionAttributeValues().keySet())
                    .allMatch(name -> expressions.matches("(?s).*" + name + "\\b.*"));
        }
    }

    @Test
    void shouldFindExecutionsByStatusAndStart() {
        Map<String, AttributeValue> running = created(started("{}"));

        assertThat(running.get("statusKey").s()).isEqualTo("moderation#RUNNING#4");
        assertThat(running.get("startKey").s()).isEqualTo("2026-11-22T10:00:00.000Z#e1");
        assertThat(ended(
                                event(2, 0, HistoryEventType.ExecutionAborted, Map.of("error", "", "cause", "")),
                                ExecutionStatus.ABORTED)
                        .get("statusKey")
                        .s())
                .isEqualTo("moderation#ABORTED#4");
    }

    @Test
    void shouldGiveDatesOneWidthSoThatTheySort() {
        List<String> keys = List.of(
                ExecutionItem.startKey(Instant.parse("2026-11-22T10:00:00Z"), "b"),
                ExecutionItem.startKey(Instant.parse("2026-11-22T10:00:00.001Z"), "a"),
                ExecutionItem.startKey(Instant.parse("2026-11-22T10:00:00.100Z"), "a"),
                ExecutionItem.startKey(Instant.parse("2026-11-22T10:00:01Z"), "a"));

        assertThat(keys).isSorted();
    }

    private Map<String, AttributeValue> created(HistoryEvent... events) {
        return new HashMap<>(create(events).item());
    }

    private PutItemRequest create(HistoryEvent... events) {
        RecordTail tail = RecordTail.NONE.after(
                ExecutionItem.events(STARTED.incarnation(), Arrays.asList(events))
                        .l(),
                Optional.empty(),
                Set.of());
        return table.create(STARTED, tail, "a1", Optional.empty());
    }

    private Map<String, AttributeValue> ended(HistoryEvent last, ExecutionStatus status) {
        Map<String, AttributeValue> item = created(started("{}"));
        return apply(item, write(next(item, STARTED.run().ended(status), last), Optional.empty()));
    }

    private UpdateItemRequest write(Transition transition, Optional<String> chunk) {
        return table.write(
                transition,
                ExecutionItem.events(transition.incarnation(), transition.events())
                        .l(),
                "a2",
                chunk);
    }

    private static Transition next(Map<String, AttributeValue> item, RunState to, HistoryEvent... events) {
        return Transition.of(ExecutionItem.execution(List.of(item)), to, Arrays.asList(events));
    }

    private static Transition redrive(Execution found, HistoryEvent event) {
        return new Transition(
                found.id(),
                found.incarnation(),
                found.events().size(),
                found.run(),
                found.run().redriven("message of r1", START),
                List.of(event),
                Optional.of("r1"));
    }

    private static HistoryEvent started(String input) {
        return event(1, 0, HistoryEventType.ExecutionStarted, Map.of("input", input));
    }

    private static HistoryEvent event(long id, long millis, HistoryEventType type, Map<String, String> details) {
        return new HistoryEvent(id, START.plusMillis(millis), type, details);
    }

    private static long number(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(item.get(name).n());
    }

    /** An update as DynamoDB makes it: SET with list_append, REMOVE, and the condition. */
    private static Map<String, AttributeValue> apply(Map<String, AttributeValue> item, UpdateItemRequest update) {
        Map<String, AttributeValue> values = update.expressionAttributeValues();
        assertThat(item.get("eventCount")).isEqualTo(values.get(":after"));
        assertThat(values).containsEntry(":statusIs", item.get("status"));
        assertThat(values).containsEntry(":tokenIs", item.get("deliveryId"));
        Map<String, AttributeValue> updated = new HashMap<>(item);
        String[] parts = update.updateExpression().substring("SET ".length()).split(" REMOVE ");
        for (String assignment : parts[0].split(", (?=#?\\w+ = )")) {
            String[] sides = assignment.split(" = ");
            String name = update.expressionAttributeNames().get(sides[0]);
            if (sides[1].startsWith("list_append(")) {
                String list = name == null ? sides[0] : name;
                String added = sides[1].substring(sides[1].indexOf(':'), sides[1].length() - 1);
                List<AttributeValue> all = new ArrayList<>(item.get(list).l());
                all.addAll(values.get(added).l());
                updated.put(list, AttributeValue.fromL(all));
            } else {
                updated.put(name, values.get(sides[1]));
            }
        }
        if (parts.length > 1) {
            for (String name : parts[1].split(", ")) {
                updated.remove(update.expressionAttributeNames().get(name));
            }
        }
        return updated;
    }
}
