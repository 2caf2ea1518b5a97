package org.linkmoderation.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What services and queues say of themselves, asked at an interval, so that readers of the metrics wait for none of
 * them. What did not answer the last time is not shown with an old number.
 */
final class ServiceMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceMetrics.class);

    private final Supplier<Optional<Executions>> executions;
    private final ExecutionMetrics metrics;
    private final MultiGauge services;
    private final MultiGauge requests;
    private final MultiGauge deadLetters;
    private final MultiGauge waiting;
    private final Object rows = new Object();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread daemon = new Thread(runnable, "link-moderation metrics");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * @param executions asks the services; null while there is none
     * @param metrics shows the state machines that there are
     * @param registry the metrics
     * @param interval from the end of one round of questions to the next
     */
    ServiceMetrics(
            Supplier<Optional<Executions>> executions,
            ExecutionMetrics metrics,
            MeterRegistry registry,
            Duration interval) {
        this.executions = executions;
        this.metrics = metrics;
        services = MultiGauge.builder("link_moderation.service.up")
                .description("1 if a service that executions need answers, 0 if not")
                .register(registry);
        requests = MultiGauge.builder("link_moderation.queue.messages")
                .description("Requests in the queue that wait or are worked on; of a broker elsewhere 100 at most")
                .register(registry);
        deadLetters = MultiGauge.builder("link_moderation.dead.letters")
                .description("Messages that could not become executions; of a broker elsewhere 100 at most")
                .register(registry);
        waiting = MultiGauge.builder("link_moderation.executions.waiting")
                .description("Executions that wait and hold nothing, in all containers; "
                        + Executions.MAX_COUNTED
                        + " at most")
                .register(registry);
        thread.scheduleWithFixedDelay(this::poll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void poll() {
        try {
            ask();
        } catch (RuntimeException e) {
            LOG.warn("The services can't be asked for the metrics: {}", e.toString());
        }
    }

    /** One round of questions; two at once would register the same rows twice. */
    synchronized void ask() {
        List<Row<?>> up = new ArrayList<>();
        List<Row<?>> queued = new ArrayList<>();
        List<Row<?>> dead = new ArrayList<>();
        List<Row<?>> parked = new ArrayList<>();
        executions.get().ifPresent(port -> {
            port.status().forEach(status -> up.add(Row.of(Tags.of("service", status.service()), status.ok() ? 1 : 0)));
            for (String stateMachine : port.stateMachines()) {
                metrics.show(stateMachine);
                sizes(port, stateMachine).ifPresent(sizes -> {
                    queued.add(Row.of(Tags.of("state_machine", stateMachine), sizes.requests()));
                    dead.add(Row.of(Tags.of("state_machine", stateMachine), sizes.deadLetters()));
                });
                waiting(port, stateMachine)
                        .ifPresent(counted -> Stream.of(Waiting.Reason.values())
                                .map(reason -> Row.of(
                                        Tags.of("state_machine", stateMachine, "reason", reason.name()),
                                        counted.getOrDefault(reason, 0)))
                                .forEach(parked::add));
            }
        });
        synchronized (rows) {
            services.register(up, true);
            requests.register(queued, true);
            deadLetters.register(dead, true);
            waiting.register(parked, true);
        }
    }

    /** Reads the metrics while no row is being replaced: of a row in two places no page can be made. */
    String read(Supplier<String> page) {
        synchronized (rows) {
            return page.get();
        }
    }

    private static Optional<QueueSizes> sizes(Executions port, String stateMachine) {
        try {
            return Optional.of(port.queueSizes(stateMachine));
        } catch (InvalidRequestException | RuntimeException e) {
            // The gauge of the service says that it is down
            LOG.debug("The queue of {} can't be counted", stateMachine, e);
            return Optional.empty();
        }
    }

    private static Optional<Map<Waiting.Reason, Integer>> waiting(Executions port, String stateMachine) {
        try {
            return Optional.of(port.waiting(stateMachine));
        } catch (InvalidRequestException | RuntimeException e) {
            // The gauge of the service says that it is down
            LOG.debug("The waiting executions of {} can't be counted", stateMachine, e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
