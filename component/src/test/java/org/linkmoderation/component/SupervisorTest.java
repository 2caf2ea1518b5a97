package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SupervisorTest {
    private static final Duration LONGEST = Duration.ofMillis(100);

    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private final AtomicReference<Runnable> ended = new AtomicReference<>();

    @Test
    void shouldTryAgainUntilItStarts() {
        var seen = new CountDownLatch(1);
        var kept = keep(ended -> {
            if (starts.incrementAndGet() < 3) {
                throw new IOException("the port is taken");
            }
            seen.await();
            return stops::incrementAndGet;
        });
        Awaitility.await().until(() -> starts.get() == 3);
        assertThat(kept.lastFailure()).isEqualTo("the port is taken");
        seen.countDown();
        Awaitility.await().until(() -> starts.get() == 3 && kept.lastFailure() == null);
        kept.stop();
        assertThat(stops).hasValue(1);
        assertThat(starts).hasValue(3);
    }

    @Test
    void shouldSayThatAClassIsMissing() {
        var kept = keep(ended -> {
            starts.incrementAndGet();
            throw new NoClassDefFoundError("no/such/Part");
        });
        Awaitility.await().until(() -> starts.get() == 2);
        kept.stop();
        assertThat(kept.lastFailure()).isEqualTo("no/such/Part");
    }

    @Test
    void shouldFollowARunThatEndedByItselfByAnother() {
        var kept = keep(ended -> {
            this.ended.set(ended);
            starts.incrementAndGet();
            return stops::incrementAndGet;
        });
        Awaitility.await().until(() -> starts.get() == 1);
        ended.get().run();
        Awaitility.await().until(() -> starts.get() == 2);
        assertThat(stops).hasValue(1);
        kept.stop();
        assertThat(stops).hasValue(2);
        ended.get().run();
        assertThat(starts).hasValue(2);
    }

    @Test
    void shouldTryAgainOnceWhereAStartFailsAndAlsoSaysThatItEnded() {
        var kept = keep(ended -> {
            starts.incrementAndGet();
            ended.run();
            ended.run();
            throw new IOException("the directory cannot be made");
        });
        Awaitility.await().until(() -> starts.get() >= 3);
        var started = System.nanoTime();
        var before = starts.get();
        Awaitility.await().until(() -> starts.get() >= before + 4);
        kept.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(LONGEST.multipliedBy(3));
    }

    @Test
    void shouldInterruptAStartThatIsUnderWayWhenStopped() {
        var starting = new CountDownLatch(1);
        var kept = keep(ended -> {
            starting.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError("not reached");
        });
        Awaitility.await().until(() -> starting.getCount() == 0);
        kept.stop();
        assertThat(kept.lastFailure()).isNull();
    }

    @Test
    void shouldStopWhatStartedInSpiteOfAnInterrupt() {
        var starting = new CountDownLatch(1);
        var kept = keep(ended -> {
            starting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                starts.incrementAndGet();
            }
            return stops::incrementAndGet;
        });
        Awaitility.await().until(() -> starting.getCount() == 0);
        kept.stop();
        assertThat(starts).hasValue(1);
        assertThat(stops).hasValue(1);
    }

    private static Supervisor keep(Supervisor.Start start) {
        return new Supervisor("The test", Duration.ofMillis(50), LONGEST, start);
    }
}
