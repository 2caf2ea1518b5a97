package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceStatus;

@Timeout(20)
class ConcurrentChecksTest {
    private final ConcurrentChecks round = new ConcurrentChecks(Duration.ofSeconds(1));

    @AfterEach
    void close() {
        round.close();
    }

    @Test
    void shouldGiveAnswersAndReasonsInOrder() {
        List<ServiceStatus> answers = round.ask(List.of(
                new ServiceCheck("good", () -> "there"),
                new ServiceCheck("bad", () -> {
                    throw new IOException("refused,\n twice");
                }),
                new ServiceCheck("worse", () -> {
                    throw new IllegalStateException();
                })));

        assertThat(answers)
                .containsExactly(
                        new ServiceStatus("good", true, "there"),
                        new ServiceStatus("bad", false, "refused, twice"),
                        new ServiceStatus("worse", false, "java.lang.IllegalStateException"));
    }

    @Test
    void shouldNotWaitForOneThatHangsAndNotAskItTwice() {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        List<ServiceCheck> checks = List.of(
                new ServiceCheck("hangs", () -> {
                    asked.incrementAndGet();
                    answer.await();
                    return "back";
                }),
                new ServiceCheck("answers", () -> "there"));

        for (int n = 0; n < 2; n++) {
            assertThat(round.ask(checks))
                    .containsExactly(
                            new ServiceStatus("hangs", false, "no answer within 1 s"),
                            new ServiceStatus("answers", true, "there"));
        }
        assertThat(asked).hasValue(1);

        answer.countDown();
        Awaitility.await().until(() -> round.ask(checks).get(0).equals(new ServiceStatus("hangs", true, "back")));
    }
}
