package org.linkmoderation.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.ExecutionStatus;

/** What is counted and timed of the executions of this container, since the feature was started. */
final class ExecutionMetrics implements ExecutionListener {
    /** Errors have the names that functions give them; what goes beyond is not counted by name. */
    private static final int MOST_ERROR_NAMES = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** From what DynamoDB needs to what a scan may take. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15)
    };

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong listAge = new AtomicLong(-1);

    ExecutionMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.config()
                .meterFilter(MeterFilter.maximumAllowableTags(
                        "link_moderation.retries", "error", MOST_ERROR_NAMES, MeterFilter.deny()))
                .meterFilter(MeterFilter.maximumAllowableTags(
                        "link_moderation.saga.undo.failures", "error", MOST_ERROR_NAMES, MeterFilter.deny()));
        Gauge.builder("link_moderation.scan.list.age", listAge, age -> age.get() < 0 ? Double.NaN : age.get())
                .description("Age of the lists that the last scan used; NaN before the first")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Shows a state stateMachine from the start, before anything has happened in it. */
    void show(String stateMachine) {
        inFlight(stateMachine);
        started(stateMachine);
        redriven(stateMachine);
        compensations(stateMachine);
        for (ExecutionStatus status : ExecutionStatus.values()) {
            if (status.isFinal()) {
                ended(stateMachine, status);
            }
        }
    }

    @Override
    public void runBegan(ExecutionId id) {
        inFlight(id.stateMachine()).incrementAndGet();
    }

    @Override
    public void runEnded(ExecutionId id) {
        // What began before this listener was there is not counted
        inFlight(id.stateMachine()).updateAndGet(runs -> Math.max(0, runs - 1));
    }

    @Override
    public void started(ExecutionId id) {
        started(id.stateMachine()).increment();
    }

    @Override
    public void redriven(ExecutionId id) {
        redriven(id.stateMachine()).increment();
    }

    @Override
    public void ended(ExecutionId id, ExecutionStatus status, Duration duration) {
        ended(id.stateMachine(), status).increment();
        duration(id.stateMachine(), status).record(duration);
    }

    @Override
    public void stateLeft(ExecutionId id, String state, Optional<String> output, Duration duration) {
        Timer.builder("link_moderation.state.duration")
                .description("Time from the entry of a state to its exit, or to the failure of the execution in it")
                .tags(
                        "state_machine",
                        id.stateMachine(),
                        "state",
                        state,
                        "outcome",
                        output.isPresent() ? "exited" : "failed")
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(duration);
        output.ifPresent(this::noteListAge);
    }

    @Override
    public void retried(ExecutionId id, String state, String error) {
        Counter.builder("link_moderation.retries")
                .description("Further attempts of tasks, by the error of the attempt before")
                .tags("state_machine", id.stateMachine(), "state", state, "error", error)
                .register(registry)
                .increment();
    }

    @Override
    public void compensationBegan(ExecutionId id) {
        compensations(id.stateMachine()).increment();
    }

    @Override
    public void undoFailed(ExecutionId id, String state, String error) {
        Counter.builder("link_moderation.saga.undo.failures")
                .description("Undos of saga steps that failed and are tried again")
                .tags("state_machine", id.stateMachine(), "state", state, "error", error)
                .register(registry)
                .increment();
    }

    @Override
    public void journaled(String request, Instant began, Duration duration, boolean answered) {
        Timer.builder("link_moderation.journal.request.duration")
                .description("Time that a request to the journal took")
                .tags("request", request, "answered", Boolean.toString(answered))
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(duration);
    }

    private AtomicLong inFlight(String stateMachine) {
        return inFlight.computeIfAbsent(stateMachine, name -> {
            AtomicLong runs = new AtomicLong();
            Gauge.builder("link_moderation.executions.in.flight", runs, AtomicLong::get)
                    .description("Executions that this container works on, those that wait for a retry included")
                    .tag("state_machine", name)
                    .register(registry);
            return runs;
        });
    }

    private Counter started(String stateMachine) {
        return Counter.builder("link_moderation.executions.started")
                .description("Executions that started")
                .tag("state_machine", stateMachine)
                .register(registry);
    }

    private Counter redriven(String stateMachine) {
        return Counter.builder("link_moderation.executions.redriven")
                .description("Executions that had ended and were made to run again")
                .tag("state_machine", stateMachine)
                .register(registry);
    }

    private Counter compensations(String stateMachine) {
        return Counter.builder("link_moderation.saga.compensations")
                .description("Sagas that began to undo what they had done")
                .tag("state_machine", stateMachine)
                .register(registry);
    }

    private Counter ended(String stateMachine, ExecutionStatus status) {
        return Counter.builder("link_moderation.executions.ended")
                .description("Executions that reached their final status")
                .tags("state_machine", stateMachine, "status", status.name())
                .register(registry);
    }

    private Timer duration(String stateMachine, ExecutionStatus status) {
        return Timer.builder("link_moderation.execution.duration")
                .description("Time from the start of an execution to its final status")
                .tags("state_machine", stateMachine, "status", status.name())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** The verdict of a scan says how old its lists are; other outputs do not. */
    private void noteListAge(String output) {
        if (output.contains("\"listAgeSeconds\"")) {
            try {
                JsonNode age = JSON.readTree(output).path("listAgeSeconds");
                if (age.canConvertToLong()) {
                    listAge.set(age.longValue());
                }
            } catch (JsonProcessingException e) {
                // No verdict, then
            }
        }
    }
}
