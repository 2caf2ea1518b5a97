package org.linkmoderation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.HistoryEventType.ExecutionAborted;
import static org.linkmoderation.HistoryEventType.ExecutionFailed;
import static org.linkmoderation.HistoryEventType.ExecutionRedriven;
import static org.linkmoderation.HistoryEventType.ExecutionStarted;
import static org.linkmoderation.HistoryEventType.ExecutionSucceeded;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceTest {
    private final Histories histories = new Histories();
    private final Sequence sequence = new Sequence(histories.executions(), Duration.ofSeconds(10));

    private static String body(Notice notice) {
        return new String(notice.body(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldSendTheNoticeOfASuccessWithoutAskingTheJournal() throws Exception {
        Notice notice = Notice.of(histories.record("e1", ExecutionStarted, ExecutionSucceeded));
        histories.isDown = true;

        assertThat(sequence.due(notice)).containsExactly(notice);
        assertThat(sequence.hold(notice)).isZero();
        assertThat(body(notice))
                .isEqualTo(
                        "{\"type\":\"execution.succeeded\",\"timestamp\":\"2026-11-29T10:00:02Z\",\"data\":{\"name\":\"e1\","
                                + "\"stateMachine\":\"moderation\",\"status\":\"SUCCEEDED\",\"startDate\":\"2026-11-29T10:00:00Z\","
                                + "\"stopDate\":\"2026-11-29T10:00:02Z\",\"input\":{},\"output\":{\"n\":2},\"redriveCount\":0}}");
    }

    @Test
    void shouldBringEarlierNoticesAlongAsTheyWere() throws Exception {
        Notice failed = Notice.of(histories.record("e1", ExecutionStarted, ExecutionFailed));
        Notice aborted = Notice.of(
                histories.record("e1", ExecutionStarted, ExecutionFailed, ExecutionRedriven, ExecutionAborted));
        Notice succeeded = Notice.of(histories.record(
                "e1",
                ExecutionStarted,
                ExecutionFailed,
                ExecutionRedriven,
                ExecutionAborted,
                ExecutionRedriven,
                ExecutionSucceeded));

        List<Notice> due = sequence.due(succeeded);

        assertThat(due).extracting(SequenceTest::body).containsExactly(body(failed), body(aborted), body(succeeded));
        assertThat(due).extracting(Notice::id).containsExactly(failed.id(), aborted.id(), succeeded.id());
        assertThat(due).extracting(Notice::id).doesNotHaveDuplicates();
        assertThat(sequence.hold(succeeded)).isEqualTo(Duration.ofSeconds(22));
    }

    @Test
    void shouldLeaveANoticeToALaterOne() throws Exception {
        Notice failed = Notice.of(histories.record("e1", ExecutionStarted, ExecutionFailed));
        assertThat(sequence.due(failed)).containsExactly(failed);

        histories.record("e1", ExecutionStarted, ExecutionFailed, ExecutionRedriven);
        assertThat(sequence.due(failed)).as("it runs again").containsExactly(failed);

        histories.record("e1", ExecutionStarted, ExecutionFailed, ExecutionRedriven, ExecutionSucceeded);
        assertThat(sequence.due(failed)).isEmpty();
    }

    @Test
    void shouldSendWhatTheJournalNoLongerHas() throws Exception {
        Notice notice = Notice.of(
                histories.record("e1", ExecutionStarted, ExecutionFailed, ExecutionRedriven, ExecutionSucceeded));
        histories.forget("e1");

        assertThat(sequence.due(notice)).containsExactly(notice);
    }

    @Test
    void shouldWaitForTheJournalWhereItMatters() throws Exception {
        Notice notice = Notice.of(histories.record("e1", ExecutionStarted, ExecutionFailed));
        histories.isDown = true;

        assertThatThrownBy(() -> sequence.due(notice)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"name\":\"a\"}",
                "{\"name\":\"a\",\"stateMachine\":\"m\",\"status\":\"GOOD\",\"startDate\":\"2026-11-29T10:00:00Z\",\"stopDate\":\"x\"}",
                "{\"name\":\"a\",\"stateMachine\":\"m\",\"status\":\"FAILED\",\"startDate\":\"today\",\"stopDate\":\"x\"}"
            })
    void shouldSayWhatIsNoNotice(String text) {
        assertThatThrownBy(() -> Notice.of(text))
                .isInstanceOf(InvalidNoticeException.class)
                .hasMessageStartingWith("the text is no notice of an execution; expected");
    }
}
