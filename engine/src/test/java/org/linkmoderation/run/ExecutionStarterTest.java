package org.linkmoderation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.SettableClock;

class ExecutionStarterTest {
    private static final String INPUT = "{\"code\": \"a\"}";

    private final InMemoryJournal journal = new InMemoryJournal();
    private final SettableClock clock = new SettableClock();
    private final List<Wake> woken = new ArrayList<>();
    private boolean brokerIsDown;
    private final ExecutionStarter starter =
            new ExecutionStarter(journal, RunPolicy.of(Duration.ofMinutes(5)), clock, new RecordedEvents(), this::wake);

    private void wake(Wake wake) {
        if (brokerIsDown) {
            throw new IllegalStateException("the broker is down");
        }
        woken.add(wake);
    }

    private Execution start(String requestId, String input) throws InvalidRequestException {
        return starter.start(StartRequest.of("moderation", "e1", requestId, ExecutionType.STANDARD, input));
    }

    @Test
    void shouldRecordTheExecutionBeforeItsMessage() throws Exception {
        Execution started = start("r1", INPUT);

        assertThat(journal.find(started.id())).contains(started);
        assertThat(started.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(started.events()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(HistoryEventType.ExecutionStarted);
            assertThat(event.details()).containsEntry("input", INPUT);
        });
        assertThat(woken).singleElement().satisfies(wake -> {
            assertThat(wake.id()).isEqualTo(started.id());
            assertThat(wake.token()).isEqualTo(started.run().token());
        });
    }

    @Test
    void shouldLeaveTheWakeUpToTheSweepWhenTheBrokerIsDown() throws Exception {
        brokerIsDown = true;
        assertThatThrownBy(() -> start("r1", INPUT)).hasMessage("the broker is down");

        clock.advance(Parking.WAKE_MARGIN);
        assertThat(journal.due("moderation", clock.instant(), 10)).hasSize(1);

        brokerIsDown = false;
        Execution again = start("r2", INPUT);
        assertThat(woken)
                .singleElement()
                .extracting(Wake::token)
                .isEqualTo(again.run().token());
    }

    @Test
    void shouldGiveTheRunningExecutionToASecondRequestWithTheSameInput() throws Exception {
        Execution first = start("r1", INPUT);
        clock.advance(Duration.ofSeconds(1));

        assertThat(start("r2", "{ \"code\":\"a\" }")).isEqualTo(first);
    }

    @Test
    void shouldRefuseAnotherInputAndANameThatHasEnded() throws Exception {
        Execution first = start("r1", INPUT);

        assertThatThrownBy(() -> start("r2", "{}")).isInstanceOf(ExecutionAlreadyExistsException.class);

        end(first);
        assertThatThrownBy(() -> start("r3", INPUT)).isInstanceOf(ExecutionAlreadyExistsException.class);
    }

    @Test
    void shouldRedriveOnceWhatHasEndedWithoutSuccess() throws Exception {
        Execution first = start("r1", INPUT);
        assertThatThrownBy(() -> starter.redrive(first, "r2")).isInstanceOf(InvalidRequestException.class);
        Execution ended = end(first);

        Execution redriven = starter.redrive(ended, "r2");

        assertThat(journal.find(first.id())).contains(redriven);
        assertThat(redriven.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(redriven.redriveCount()).isEqualTo(1);
        assertThat(woken)
                .last()
                .extracting(Wake::token)
                .isEqualTo(redriven.run().token());
        assertThatThrownBy(() -> starter.redrive(ended, "r3"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("ExecutionNotRedrivable: ");
    }

    private Execution end(Execution running) {
        new Intervention(journal, clock, new RecordedEvents(), woken::add)
                .abort(running, new TaskFailedException("", ""));
        return journal.find(running.id()).orElseThrow();
    }
}
