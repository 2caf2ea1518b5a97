package org.linkmoderation.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.Executions;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceStatus;

/** A container in which moderation runs and whose services say what the test sets. */
class OneStateMachine implements Executions {
    static final String MACHINE = "moderation";

    List<ServiceStatus> statuses = List.of(new ServiceStatus("broker", true, "ActiveMQ"));
    Optional<QueueSizes> sizes = Optional.of(new QueueSizes(7, 2));

    @Override
    public Set<String> stateMachines() {
        return Set.of(MACHINE);
    }

    @Override
    public List<ServiceStatus> status() {
        return statuses;
    }

    @Override
    public QueueSizes queueSizes(String stateMachine) {
        return sizes.orElseThrow(() -> new IllegalStateException("the broker is away"));
    }

    @Override
    public String start(String stateMachine, Optional<String> name, String input) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Execution describe(ExecutionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void stop(ExecutionId id, String error, String cause) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void redrive(ExecutionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(ExecutionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<DeadLetter> deadLetters(String stateMachine, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resend(String stateMachine, String id) {
        throw new UnsupportedOperationException();
    }
}
