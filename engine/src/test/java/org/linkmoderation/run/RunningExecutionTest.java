package org.linkmoderation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.journal.RecordItem;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.Requested;
import org.linkmoderation.testkit.SettableClock;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class RunningExecutionTest {
    private static final int LARGEST_ITEM = 400 * 1_024;

    /** Texts that stand in the record: the worst for its size, in one, two and three bytes a character. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ä", "漢"})
    void shouldEndBeforeItsRecordOutgrowsAnItem(String character) throws Exception {
        String longest = "\"" + character.repeat(1_022) + "\"";
        StartRequest request = Requested.start("e".repeat(80), "id", longest);
        InMemoryJournal journal = new InMemoryJournal();
        RunningExecution execution = new RunFactory(
                        journal, RunPolicy.of(Duration.ofDays(1)), new SettableClock(), event -> {})
                .start(request);
        execution.enter(HistoryEventType.TaskStateEntered, "CheckSafety", longest);

        int attempts = 0;
        TaskFailedException failure;
        do {
            failure = attempt(execution, longest);
            attempts++;
        } while (!failure.error().equals(ErrorName.RUNTIME));
        execution.fail(failure);

        assertThat(attempts).as("before the history was full").isBetween(25, 500);
        assertThat(failure.errorCause()).startsWith("The history of the execution is full: ");
        Execution recorded = journal.find(request.id()).orElseThrow();
        Map<String, AttributeValue> item = RecordItem.of(recorded);
        assertThat(size(AttributeValue.fromM(item))).isLessThan(LARGEST_ITEM);
    }

    @Test
    void shouldNotWaitLongerThanTheExecutionMayRun() {
        StartRequest request = Requested.start("e1", "id", "{}");
        InMemoryJournal journal = new InMemoryJournal();
        SettableClock clock = new SettableClock();
        Instant deadline = clock.instant().plusSeconds(60);
        RunningExecution execution =
                new RunFactory(journal, RunPolicy.of(Duration.ofSeconds(60)), clock, event -> {}).start(request);
        execution.enter(HistoryEventType.WaitStateEntered, "Pause", "{}");
        ParkedException parked = catchThrowableOfType(
                ParkedException.class, () -> execution.waitUntil(entered -> entered.plus(Duration.ofDays(30))));

        // Between the last look at the clock and the next
        clock.advance(Duration.ofSeconds(60));
        execution.park(parked.waiting());

        assertThat(journal.find(request.id())
                        .orElseThrow()
                        .waiting()
                        .orElseThrow()
                        .until())
                .isEqualTo(deadline);
    }

    private static TaskFailedException attempt(RunningExecution execution, String text) {
        return catchThrowableOfType(
                TaskFailedException.class,
                () -> execution.attempt(
                        TaskKind.LAMBDA_FUNCTION, Map.of("resource", "f".repeat(170), "input", text), () -> {
                            throw new TaskFailedException("CustomError", text);
                        }));
    }

    /** As DynamoDB counts: the UTF-8 bytes of names and texts, and a little for each map and list. */
    private static int size(AttributeValue value) {
        if (value.hasM()) {
            return 3
                    + value.m().entrySet().stream()
                            .mapToInt(entry -> 1 + utf8(entry.getKey()) + size(entry.getValue()))
                            .sum();
        }
        if (value.hasL()) {
            return 3 + value.l().stream().mapToInt(element -> 1 + size(element)).sum();
        }
        return value.n() == null ? utf8(value.s()) : 21;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
