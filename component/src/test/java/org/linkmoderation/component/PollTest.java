package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollTest {
    private static final Duration SOON = Duration.ofMillis(1);

    @Test
    void shouldReportAFailureOnceUntilItChangesOrItSucceeds() {
        List<String> reported = new CopyOnWriteArrayList<>();
        AtomicInteger looks = new AtomicInteger();

        Poll poll = new Poll(
                "poll",
                SOON,
                SOON,
                () -> {
                    switch (looks.incrementAndGet()) {
                        case 1, 2, 3, 6 -> throw new IllegalStateException("first");
                        case 4 -> throw new Exception("second");
                        default -> {}
                    }
                },
                reported::add);
        await().until(() -> looks.get() > 6);
        poll.close();

        assertThat(reported).containsExactly("first", "second", "first");
    }

    @Test
    void shouldLookNoMoreWhenItIsClosed() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Poll poll = new Poll("poll to be closed", SOON, SOON, looks::incrementAndGet, message -> {});
        await().until(() -> looks.get() > 0);

        poll.close();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("poll to be closed")));
    }
}
