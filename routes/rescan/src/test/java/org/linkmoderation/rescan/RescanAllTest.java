package org.linkmoderation.rescan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.Waiting;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.states.JsonDocument;
import org.linkmoderation.states.Schedule;
import org.linkmoderation.states.Ticks;
import org.linkmoderation.testkit.InMemoryJournal.Failure;

/** The rescan of all links. */
class RescanAllTest {
    private static final int MAX_IN_FLIGHT = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private RescansUnderTest rescans;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        rescans = new RescansUnderTest(directory, MAX_IN_FLIGHT);
    }

    @AfterEach
    void stop() {
        rescans.close();
    }

    @Test
    void shouldStartAScanOfEachActiveLink() throws Exception {
        putLinks(25);
        rescans.put("pending", "https://example.org/", "pending");
        rescans.put("blocked", "https://example.org/", "blocked");

        Execution execution = runFreely("nightly", "{}");

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(codes()).containsExactlyInAnyOrderElementsOf(codes(25));
        assertThat(Position.of(JsonDocument.read(execution.output().orElseThrow())))
                .returns(27L, Position::read)
                .returns(25L, Position::started)
                .returns(Position.Next.END, Position::next);
        assertThat(rescans.started)
                .containsEntry(
                        new ExecutionId("rescan", "nightly.c7"),
                        "{\"code\":\"c7\",\"url\":\"https://example.org/c7\"}");
    }

    @Test
    void shouldStartNoMoreThanMayBeInFlight() throws Exception {
        putLinks(25);
        rescans.inFlight = 7;

        IntStream.range(0, 3).forEach(look -> deliver("nightly"));

        assertThat(rescans.started).as("there is room for three").hasSizeLessThanOrEqualTo(3);
        assertThat(rescans.all.execution("nightly").waiting().orElseThrow().reason())
                .isEqualTo(Waiting.Reason.WAIT_STATE);
        rescans.inFlight = 0;
        Execution execution = runFreely("nightly", "{}");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(codes()).containsExactlyInAnyOrderElementsOf(codes(25));
    }

    @Test
    void shouldGoOnInAnotherExecutionBeforeItsHistoryIsLong() throws Exception {
        putLinks(5);
        rescans.inFlight = MAX_IN_FLIGHT;

        Execution first = rescans.all.run("nightly", "{}");

        assertThat(first.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(first.trail()).endsWith("HasMore", "StartNextPart");
        assertThat(first.events()).hasSizeLessThan(250);
        assertThat(first.events().toString()).hasSizeLessThan(150_000);
        String input = rescans.started.get(new ExecutionId("rescan-all", "nightly.2"));
        Position.check(JSON.readTree(input));
        Execution second = runFreely("nightly.2", input);
        assertThat(second.trail()).endsWith("HasMore");
        assertThat(codes()).containsExactlyInAnyOrderElementsOf(codes(5));
        assertThat(rescans.started).containsKey(new ExecutionId("rescan", "nightly.c1"));
    }

    @Test
    void shouldLeaveOutWhatWasScannedWithTheseLists() throws Exception {
        putLinks(4);
        rescans.put("c2", "https://example.org/c2", "active", "listVersion", "v2");
        rescans.put("c3", "https://example.org/c3", "active", "listVersion", "v1");

        runFreely("lists-v2", "{\"listVersion\":\"v2\"}");

        assertThat(codes()).containsExactlyInAnyOrder("c1", "c3", "c4");
    }

    @Test
    void shouldGoPastLinksThatCannotBeScanned() throws Exception {
        putLinks(3);
        rescans.put("no code", "https://example.org/", "active");
        rescans.put("c0", " ", "active");

        Execution execution = runFreely("nightly", "{}");

        assertThat(codes()).containsExactlyInAnyOrder("c1", "c2", "c3");
        assertThat(Position.of(JsonDocument.read(execution.output().orElseThrow()))
                        .refused())
                .isEqualTo(2);
    }

    /** Whatever is lost, and whatever is started twice by it, no link is missed. */
    @ParameterizedTest
    @EnumSource(
            value = HistoryEventType.class,
            names = {"TaskScheduled", "TaskSucceeded", "ChoiceStateEntered", "WaitStateEntered", "ExecutionSucceeded"})
    void shouldMissNoLinkWhereverItIsCutOff(HistoryEventType cut) throws Exception {
        putLinks(25);
        rescans.all.journal().failAt(cut, Failure.BEFORE);
        try {
            runFreely("nightly", "{}");
        } catch (JournalException e) {
            // The container dies here
        }

        Execution execution = runFreely("nightly", "{}");

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(codes()).containsExactlyInAnyOrderElementsOf(codes(25));
    }

    @Test
    void shouldWaitWhileNothingCanBeStarted() throws Exception {
        putLinks(3);
        rescans.failure = new IllegalStateException("the broker is down");
        deliver("nightly");

        assertThat(rescans.all.execution("nightly").waiting().orElseThrow().reason())
                .isEqualTo(Waiting.Reason.SERVICE_UNAVAILABLE);
        rescans.failure = null;
        rescans.all.clock().advance(Duration.ofMinutes(1));
        runFreely("nightly", "{}");
        assertThat(codes()).containsExactlyInAnyOrderElementsOf(codes(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "{\"code\":\"a\"}",
                "{\"listVersion\":1}",
                "{\"listVersion\":\"a b\"}",
                "{\"batch\":\"\"}"
            })
    void shouldRefuseAnInputThatIsNone(String input) {
        assertThatThrownBy(() -> Position.check(JSON.readTree(input))).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-29T10:07:00Z, 3600,  0,     at-20261129T100000Z",
        "2026-11-29T02:59:59Z, 86400, 10800, at-20261128T030000Z",
        "2026-11-29T03:00:00Z, 86400, 10800, at-20261129T030000Z"
    })
    void shouldNameATickTheSameInEachContainer(Instant now, long interval, long offset, String name) {
        assertThat(new Ticks(Duration.ofSeconds(interval), Duration.ofSeconds(offset)).last(now))
                .isEqualTo(name);
    }

    @Test
    void shouldStartOnePerTick() throws Exception {
        Ticks ticks = new Ticks(Duration.ofHours(1), Duration.ZERO);
        try (Schedule here = Rescan.schedule(rescans.executions(), rescans.all.clock(), ticks);
                Schedule there = Rescan.schedule(rescans.executions(), rescans.all.clock(), ticks)) {
            here.look();
            there.look();
            here.look();
            assertThat(rescans.started).hasSize(1);
            rescans.all.clock().advance(Duration.ofHours(1));
            there.look();
            here.look();
        }
        assertThat(rescans.started)
                .hasSize(2)
                .allSatisfy((id, input) -> assertThat(input).isEqualTo("{}"));
    }

    @Test
    void shouldRefuseAnOffsetThatIsLongerThanTheInterval() {
        assertThatThrownBy(() -> RescanSettings.of(new Settings(
                        Rescan.PID, Map.of("interval.seconds", "3600", "interval.offset.seconds", "3600"))))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected less than interval.seconds, which is 3600,");
    }

    private void putLinks(int count) {
        codes(count).forEach(code -> rescans.put(code, "https://example.org/" + code, "active"));
    }

    private static List<String> codes(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "c" + i).toList();
    }

    /** The codes of the links whose rescans were started, each once. */
    private List<String> codes() {
        return rescans.started.keySet().stream()
                .filter(id -> id.stateMachine().equals("rescan"))
                .map(id -> id.name().substring(id.name().lastIndexOf('.') + 1))
                .toList();
    }

    private void deliver(String name) {
        try {
            rescans.all
                    .deliveries()
                    .deliver(new StartRequest(
                            "rescan-all",
                            name,
                            "request " + name,
                            "message " + name,
                            ExecutionType.STANDARD,
                            false,
                            "{}"));
        } catch (Exception e) {
            // It waits
        }
    }

    /** Runs an execution while what it starts ends at once. */
    private Execution runFreely(String name, String input) throws Exception {
        rescans.endsAtOnce = true;
        rescans.inFlight = 0;
        return rescans.all.run(name, input);
    }
}
