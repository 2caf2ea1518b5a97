package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.linkmoderation.moderation.ModerationUnderTest.CODE;
import static org.linkmoderation.moderation.ModerationUnderTest.request;
import static org.linkmoderation.testkit.ConformanceCase.SAFE;
import static org.linkmoderation.testkit.ConformanceCase.THROWS;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.testkit.ScriptedLambda;

/** A container that is stopped in the middle of an execution, after it has waited as long as it does for its end. */
@Timeout(60)
class ContainerStopTest {
    private final ModerationUnderTest moderation = new ModerationUnderTest(Duration.ofHours(1));

    @BeforeEach
    void reset() {
        moderation.reset();
        moderation.context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        moderation.context.getShutdownStrategy().setTimeout(100);
    }

    @Test
    void shouldLeaveAnExecutionThatWaitsForARetryToBeResumed() throws Exception {
        moderation.lambda.script(List.of(THROWS));
        FutureTask<Throwable> delivery = deliver();
        await().until(() -> moderation.journal.writes() == 2);

        moderation.context.stop();

        shouldHaveBeenLeft(delivery);
    }

    @Test
    void shouldNotWaitForTheDelayOfARetry() throws Exception {
        moderation.context.getShutdownStrategy().setTimeUnit(TimeUnit.HOURS);
        moderation.lambda.script(List.of(THROWS));
        FutureTask<Throwable> delivery = deliver();
        await().until(() -> moderation.journal.writes() == 2);

        moderation.context.stop();

        shouldHaveBeenLeft(delivery);
    }

    @Test
    void shouldNotCatchWhatIsToBeRetriedWhenItsRouteIsStopped() throws Exception {
        moderation.lambda.script(List.of(THROWS));
        FutureTask<Throwable> delivery = deliver();
        await().until(() -> moderation.journal.writes() == 2);

        moderation.context.getRouteController().stopRoute("CheckSafety", 100, TimeUnit.MILLISECONDS);

        shouldHaveBeenLeft(delivery);
    }

    @Test
    void shouldLeaveAnExecutionWhoseFunctionWasRunningToBeResumed() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        moderation.lambda.script(List.of(SAFE.after(() -> {
            called.countDown();
            awaitUninterruptibly(stopped);
        })));
        FutureTask<Throwable> delivery = deliver();
        called.await();

        moderation.context.stop();
        stopped.countDown();

        shouldHaveBeenLeft(delivery);
    }

    @Test
    void shouldLeaveAnExecutionWhoseFunctionFailedBehindTheStopToBeResumed() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        moderation.lambda.script(List.of(ScriptedLambda.timesOut().after(() -> {
            called.countDown();
            awaitUninterruptibly(stopped);
        })));
        FutureTask<Throwable> delivery = deliver();
        called.await();

        moderation.context.stop();
        stopped.countDown();

        shouldHaveBeenLeft(delivery);
    }

    @Test
    void shouldLeaveARequestThatIsDeliveredBehindTheStop() throws Exception {
        moderation.context.stop();

        FutureTask<Throwable> delivery = deliver();

        assertThat(delivery.get()).isNotNull();
        assertThat(moderation.journal.find(request("e1").id())).isEmpty();
    }

    private FutureTask<Throwable> deliver() {
        FutureTask<Throwable> delivery =
                new FutureTask<>(() -> catchThrowable(() -> moderation.deliver(request("e1"))));
        new Thread(delivery, "delivery").start();
        return delivery;
    }

    private void shouldHaveBeenLeft(FutureTask<Throwable> delivery) throws Exception {
        Throwable thrown = delivery.get();
        assertThat(moderation.execution("e1").status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(thrown).as("what has the request delivered again").isNotNull();
        assertThat(moderation.links.get(CODE, "status")).isEqualTo("pending");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
