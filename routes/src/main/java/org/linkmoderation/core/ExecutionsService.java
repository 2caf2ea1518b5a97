package org.linkmoderation.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.StateMachine;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.trigger.Requests;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What operators do, over the journal and the state machines that run in this container. */
@Component
public final class ExecutionsService implements Executions {
    private final Journal journal;
    private final Map<String, StateMachine> stateMachines = new ConcurrentHashMap<>();

    /** @param journal the journal */
    @Activate
    public ExecutionsService(@Reference Journal journal) {
        this.journal = journal;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addStateMachine(StateMachine stateMachine) {
        stateMachines.put(stateMachine.name(), stateMachine);
    }

    void removeStateMachine(StateMachine stateMachine) {
        stateMachines.remove(stateMachine.name(), stateMachine);
    }

    @Override
    public Set<String> stateMachines() {
        return new TreeSet<>(stateMachines.keySet());
    }

    @Override
    public String start(String stateMachine, Optional<String> name, String input) throws InvalidRequestException {
        StateMachine machine = stateMachines.get(stateMachine);
        if (machine == null) {
            throw new InvalidRequestException(
                    "No state machine '" + stateMachine + "' runs in this container; there are " + stateMachines());
        }
        String requestId = UUID.randomUUID().toString();
        var request = new Requests(machine).of(Optional.of(name.orElse(requestId)), requestId, input);
        machine.send(request);
        return request.name();
    }

    @Override
    public Execution describe(String stateMachine, String name) throws InvalidRequestException {
        return journal.find(stateMachine, name)
                .orElseThrow(() -> new InvalidRequestException(
                        "There is no execution '" + name + "' of state machine '" + stateMachine + "'"));
    }

    @Override
    public List<ExecutionSummary> list(String stateMachine, Set<ExecutionStatus> statuses, int limit) {
        return journal.list(stateMachine, statuses, limit);
    }

    @Override
    public List<ServiceStatus> status() {
        return new TreeMap<>(stateMachines)
                .values().stream().flatMap(machine -> machine.status().stream()).toList();
    }
}
