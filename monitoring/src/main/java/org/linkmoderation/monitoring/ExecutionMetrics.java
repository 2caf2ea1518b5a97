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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.linkmoderation.ExecutionEvent;
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

    /** Shows a state machine from the start, before anything has happened in it. */
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
    public void on(ExecutionEvent event) {
        if (event instanceof ExecutionEvent.RunBegan began) {
            inFlight(began.id().stateMachine()).incrementAndGet();
        } else if (event instanceof ExecutionEvent.RunEnded ended) {
            // What began before this listener was there is not counted
            inFlight(ended.id().stateMachine()).updateAndGet(runs -> Math.max(0, runs - 1));
        } else if (event instanceof ExecutionEvent.Started started) {
            started(started.id().stateMachine()).increment();
        } else if (event instanceof ExecutionEvent.Redriven redriven) {
            redriven(redriven.id().stateMachine()).increment();
        } else if (event instanceof ExecutionEvent.Ended ended) {
            ended(ended.id().stateMachine(), ended.status()).increment();
            duration(ended.id().stateMachine(), ended.status()).record(ended.duration());
        } else if (event instanceof ExecutionEvent.StateLeft left) {
            time(left);
        } else if (event instanceof ExecutionEvent.Retried retried) {
            count(retried);
        } else if (event instanceof ExecutionEvent.Parked parked) {
            count(parked);
        } else if (event instanceof ExecutionEvent.CompensationBegan began) {
            compensations(began.id().stateMachine()).increment();
        } else if (event instanceof ExecutionEvent.UndoFailed failed) {
            count(failed);
        } else if (event instanceof ExecutionEvent.Journaled journaled) {
            time(journaled);
        }
    }

    private void time(ExecutionEvent.StateLeft left) {
        Timer.builder("link_moderation.state.duration")
                .description("Time from the entry of a state to its exit, or to the failure of the execution in it")
                .tags("state_machine", left.id().stateMachine(), "state", left.state())
                .tag("outcome", left.output().isPresent() ? "exited" : "failed")
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(left.duration());
        left.output().ifPresent(this::noteListAge);
    }

    private void count(ExecutionEvent.Retried retried) {
        Counter.builder("link_moderation.retries")
                .description("Further attempts of tasks, by the error of the attempt before")
                .tags("state_machine", retried.id().stateMachine(), "state", retried.state())
                .tag("error", retried.error())
                .register(registry)
                .increment();
    }

    private void count(ExecutionEvent.Parked parked) {
        Counter.builder("link_moderation.executions.parked")
                .description("How often executions began to wait without a thread, by what they waited for")
                .tags("state_machine", parked.id().stateMachine())
                .tag("reason", parked.waiting().reason().name())
                .register(registry)
                .increment();
    }

    private void count(ExecutionEvent.UndoFailed failed) {
        Counter.builder("link_moderation.saga.undo.failures")
                .description("Undos of saga steps that failed and are tried again")
                .tags("state_machine", failed.id().stateMachine(), "state", failed.state())
                .tag("error", failed.error())
                .register(registry)
                .increment();
    }

    private void time(ExecutionEvent.Journaled journaled) {
        Timer.builder("link_moderation.journal.request.duration")
                .description("Time that a request to the journal took")
                .tags("request", journaled.request(), "answered", Boolean.toString(journaled.answered()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(journaled.duration());
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
