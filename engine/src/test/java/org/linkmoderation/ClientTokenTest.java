package org.linkmoderation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.linkmoderation.testkit.Requested;

class ClientTokenTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00.000Z");
    private static final ClientToken TOKEN = new ClientToken("t1");

    private Execution execution =
            Execution.started(Requested.start("e1", "r1", "{}"), "", START, START.plusSeconds(60));

    private void redrive(String requestId, Instant date) {
        HistoryEvent event = new HistoryEvent(
                execution.events().size() + 1L, date, HistoryEventType.ExecutionRedriven, Map.of("redriveCount", "1"));
        List<HistoryEvent> events =
                Stream.concat(execution.events().stream(), Stream.of(event)).toList();
        execution = execution.requestedBy(requestId).with(execution.run(), events);
    }

    @Test
    void shouldKnowItsRedriveFor15Minutes() {
        Instant date = START.plusSeconds(10);
        redrive("another", START.plusSeconds(5));
        redrive(TOKEN.requestId(), date);
        redrive(new ClientToken("t11").requestId(), START.plusSeconds(20));

        assertThat(TOKEN.redriveDate(execution, date)).contains(date);
        assertThat(TOKEN.redriveDate(
                        execution, date.plus(Duration.ofMinutes(15)).minusMillis(1)))
                .contains(date);
        assertThat(TOKEN.redriveDate(execution, date.plus(Duration.ofMinutes(15))))
                .isEmpty();
        assertThat(new ClientToken("t").redriveDate(execution, date)).isEmpty();
    }

    @Test
    void shouldKnowThe10LastRedrivesOnly() {
        redrive(TOKEN.requestId(), START);
        for (int i = 1; i <= 9; i++) {
            redrive(new ClientToken("other" + i).requestId(), START.plusSeconds(i));
        }
        assertThat(TOKEN.redriveDate(execution, START.plusSeconds(10))).contains(START);

        redrive(new ClientToken("other10").requestId(), START.plusSeconds(10));
        assertThat(TOKEN.redriveDate(execution, START.plusSeconds(10))).isEmpty();
    }

    @Test
    void shouldMakeANewRequestOfEachUse() {
        assertThat(TOKEN.requestId()).isNotEqualTo(TOKEN.requestId());
    }
}
