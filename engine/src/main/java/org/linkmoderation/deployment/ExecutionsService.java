package org.linkmoderation.deployment;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.linkmoderation.ClientToken;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.DeadLetterQueue;
import org.linkmoderation.Decision;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.CallbackPage;
import org.linkmoderation.journal.ExecutionFencedException;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalRefusedException;
import org.linkmoderation.run.Cancellation;
import org.linkmoderation.run.DecidedTasks;
import org.linkmoderation.run.Intervention;
import org.linkmoderation.run.StateMachine;
import org.linkmoderation.run.TaskAnswers;
import org.linkmoderation.run.Wake;
import org.linkmoderation.trigger.DeadLetters;
import org.linkmoderation.trigger.Requests;
import org.linkmoderation.view.Audit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What operators do, over the journal and the state machines that run in this container. */
@Component
public final class ExecutionsService implements Executions, AutoCloseable {
    /** Long enough for a healthy service, short enough for its callers. */
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(5);

    /** As many as a cause may have. */
    private static final int MAX_REASON_CHARACTERS = 32_768;

    private final Journal journal;
    private final Intervention intervention;
    private final TaskAnswers answers;
    private final ConcurrentChecks services = new ConcurrentChecks(STATUS_LIMIT);
    private final Map<String, StateMachine> stateMachines = new ConcurrentHashMap<>();
    private final List<ServiceCheck> notStarted = new CopyOnWriteArrayList<>();
    private final Map<String, DeadLetterQueue> otherQueues = new ConcurrentHashMap<>();

    /**
     * @param journal the journal
     * @param observation is told what is done
     */
    @Activate
    public ExecutionsService(@Reference Journal journal, @Reference Observation observation) {
        this(journal, observation, Clock.systemUTC());
    }

    /** @param clock the clock */
    public ExecutionsService(Journal journal, Observation observation, Clock clock) {
        this.journal = journal;
        this.intervention = new Intervention(journal, clock, observation, this::wake);
        this.answers = new TaskAnswers(journal, clock, intervention);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addStateMachine(StateMachine stateMachine) {
        stateMachines.put(stateMachine.name(), stateMachine);
    }

    void removeStateMachine(StateMachine stateMachine) {
        stateMachines.remove(stateMachine.name(), stateMachine);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNotStarted(ServiceCheck check) {
        notStarted.add(check);
    }

    void removeNotStarted(ServiceCheck check) {
        notStarted.remove(check);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDeadLetterQueue(DeadLetterQueue queue) {
        otherQueues.put(queue.name(), queue);
    }

    void removeDeadLetterQueue(DeadLetterQueue queue) {
        otherQueues.remove(queue.name(), queue);
    }

    @Override
    public Set<String> stateMachines() {
        return new TreeSet<>(stateMachines.keySet());
    }

    @Override
    public String start(String stateMachine, Optional<String> name, String input) throws InvalidRequestException {
        StartRequest request = request(stateMachine, name, ExecutionType.STANDARD, input);
        running(stateMachine).send(request);
        Audit.changed("start", new ExecutionId(stateMachine, request.name()));
        return request.name();
    }

    @Override
    public List<String> startAll(
            String stateMachine,
            Optional<String> name,
            Optional<String> requestId,
            Optional<String> traceparent,
            byte[] text)
            throws InvalidRequestException {
        StateMachine machine = running(stateMachine);
        List<StartRequest> requests = new Requests(machine)
                .all(name, requestId.orElseGet(() -> UUID.randomUUID().toString()), text);
        if (name.isPresent() || requestId.isPresent()) {
            for (StartRequest request : requests) {
                machine.checkName(request);
            }
        }
        machine.send(requests.stream()
                .map(request -> request.tracedBy(traceparent.orElse(null)))
                .toList());
        return requests.stream().map(StartRequest::name).toList();
    }

    @Override
    public Execution startRecorded(String stateMachine, Optional<String> name, String input)
            throws InvalidRequestException {
        return running(stateMachine).start(request(stateMachine, name, ExecutionType.STANDARD, input));
    }

    @Override
    public String startExpress(String stateMachine, Optional<String> name, String input)
            throws InvalidRequestException {
        StartRequest request = request(stateMachine, name, ExecutionType.EXPRESS, input);
        running(stateMachine).send(request);
        return request.name();
    }

    @Override
    public Execution runExpress(String stateMachine, Optional<String> name, String input)
            throws InvalidRequestException {
        StartRequest request = request(stateMachine, name, ExecutionType.EXPRESS, input);
        try {
            return running(stateMachine).runExpress(request);
        } catch (InvalidRequestException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceUnavailableException("The execution was cut off by the stop of the container", e);
        } catch (Exception e) {
            throw new ServiceUnavailableException("The execution did not come to its end: " + e.getMessage(), e);
        }
    }

    private StartRequest request(String stateMachine, Optional<String> name, ExecutionType type, String input)
            throws InvalidRequestException {
        String requestId = UUID.randomUUID().toString();
        return new Requests(running(stateMachine)).of(Optional.of(name.orElse(requestId)), requestId, type, input);
    }

    @Override
    public StateMachineDescription describe(String stateMachine) throws InvalidRequestException {
        return running(stateMachine).description();
    }

    @Override
    public Execution describe(ExecutionId id) throws InvalidRequestException {
        return journal.find(id)
                .orElseThrow(() -> new InvalidRequestException(
                        "There is no execution '" + id.name() + "' of state machine '" + id.stateMachine() + "'"));
    }

    @Override
    public ExecutionPage list(ExecutionQuery query) throws InvalidRequestException {
        if (query.limit() < 1 || query.limit() > ExecutionQuery.MAX_LIMIT) {
            throw new InvalidRequestException(
                    "The limit is " + query.limit() + "; expected 1 to " + ExecutionQuery.MAX_LIMIT);
        }
        return page(query.token(), () -> journal.list(query));
    }

    private static <T> T page(Optional<String> token, Supplier<T> list) throws InvalidRequestException {
        try {
            return list.get();
        } catch (JournalRefusedException e) {
            throw new InvalidRequestException(
                    "The next token is '" + StartRequest.abbreviate(token.orElseThrow(() -> e))
                            + "'; expected one that the page before named",
                    e);
        }
    }

    @Override
    public ExecutionStatus stop(ExecutionId id, String error, String cause) throws InvalidRequestException {
        TaskFailedException failure = new TaskFailedException(error, cause);
        AtomicReference<ExecutionStatus> status = new AtomicReference<>(ExecutionStatus.ABORTED);
        change(id, found -> {
            if (found.status().isFinal()) {
                throw new InvalidRequestException("The execution '" + id.name() + "' has ended already, with status "
                        + found.status() + "; expected RUNNING");
            }
            if (found.last(HistoryEventType.SagaStarted).isPresent()) {
                cancel(found, failure);
                status.set(found.status());
            } else {
                intervention.abort(found, failure);
            }
        });
        Audit.changed("stop", id);
        return status.get();
    }

    /** A saga ends ABORTED when it is undone, and not before. */
    private void cancel(Execution found, TaskFailedException failure) throws InvalidRequestException {
        if (Cancellation.of(found).isPresent()) {
            throw new InvalidRequestException("The execution '" + found.name() + "' is being undone already");
        }
        if (found.last(HistoryEventType.SagaClosing).isPresent()) {
            throw new InvalidRequestException(
                    "The execution '" + found.name() + "' has done all that it is to do, and is about to succeed");
        }
        intervention.cancel(found, Cancellation.because(ExecutionStatus.ABORTED, failure));
    }

    private void wake(Wake wake) {
        StateMachine machine = stateMachines.get(wake.id().stateMachine());
        if (machine != null) {
            machine.wake(wake);
        }
    }

    @Override
    public void resolve(ExecutionId id, String undo, String reason) throws InvalidRequestException {
        if (reason.isBlank()) {
            throw new InvalidRequestException("The reason is blank; expected why '" + undo + "' counts as done");
        }
        if (reason.length() > MAX_REASON_CHARACTERS) {
            throw new InvalidRequestException(
                    "The reason has " + reason.length() + " characters; expected at most " + MAX_REASON_CHARACTERS);
        }
        change(id, found -> {
            if (found.status() != ExecutionStatus.IN_DOUBT) {
                throw new InvalidRequestException(
                        "The execution '" + id.name() + "' has status " + found.status() + "; expected IN_DOUBT");
            }
            List<String> trail = found.trail();
            String failing = trail.get(trail.size() - 1);
            if (!failing.equals(undo)) {
                throw new InvalidRequestException("The execution '" + id.name() + "' is in doubt because of " + failing
                        + ", not because of '" + StartRequest.abbreviate(undo) + "'");
            }
            intervention.proceed(
                    found,
                    HistoryEventType.UndoResolved,
                    Map.of("name", undo, "reason", reason),
                    found.run().settled(),
                    "an operator has resolved " + undo);
        });
        Audit.changed("resolve " + undo + " of", id);
    }

    @Override
    public void sendTaskSuccess(String taskToken, String output) throws InvalidRequestException {
        answers.succeed(taskToken, output);
    }

    @Override
    public void sendTaskFailure(String taskToken, String error, String cause) throws InvalidRequestException {
        answers.fail(taskToken, new TaskFailedException(error, cause));
    }

    @Override
    public void sendTaskHeartbeat(String taskToken) throws InvalidRequestException {
        answers.heartbeat(taskToken);
    }

    @Override
    public PendingTaskPage pendingTasks(String stateMachine, int limit, Optional<String> token)
            throws InvalidRequestException {
        if (limit < 1 || limit > PendingTaskPage.MAX_LIMIT) {
            throw new InvalidRequestException("The limit is " + limit + "; expected 1 to " + PendingTaskPage.MAX_LIMIT);
        }
        CallbackPage page = page(token, () -> journal.callbacks(stateMachine, limit, token));
        List<PendingTask> tasks = page.executions().stream()
                .flatMap(id -> journal.find(id).stream())
                .flatMap(execution -> new DecidedTasks(execution).pending().stream())
                .toList();
        return new PendingTaskPage(tasks, page.nextToken());
    }

    @Override
    public void decide(ExecutionId id, Decision decision) throws InvalidRequestException {
        answers.decide(id, decision);
        Audit.changed(decision.approved() ? "approve" : "reject", id);
    }

    @Override
    public int inFlight(String stateMachine, int limit) throws InvalidRequestException {
        return journal.inFlight(running(stateMachine).name(), limit);
    }

    /** Writes one event after what an execution has come to. */
    private interface Change {
        void after(Execution found) throws InvalidRequestException;
    }

    /** Makes a change; once more if another writer was faster. */
    private void change(ExecutionId id, Change change) throws InvalidRequestException {
        while (true) {
            try {
                change.after(describe(id));
                return;
            } catch (ExecutionFencedException e) {
                // It has moved on since it was read
            }
        }
    }

    @Override
    public Optional<String> whyNotRedrivable(Execution execution) {
        try {
            redrivable(execution);
            return Optional.empty();
        } catch (InvalidRequestException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** The state machine of an execution, if the execution can be redriven. */
    private StateMachine redrivable(Execution found) throws InvalidRequestException {
        StateMachine machine = running(found.stateMachine());
        Requests.checkRedrivable(machine);
        found.checkRedrivable();
        return machine;
    }

    @Override
    public void redrive(ExecutionId id) throws InvalidRequestException {
        Execution found = describe(id);
        StateMachine machine = redrivable(found);
        machine.send(StartRequest.redrive(found, UUID.randomUUID().toString()));
        Audit.changed("redrive", id);
    }

    @Override
    public Execution redriveRecorded(ExecutionId id, Optional<ClientToken> token) throws InvalidRequestException {
        Execution found = describe(id);
        StateMachine machine = running(id.stateMachine());
        Requests.checkRedrivable(machine);
        return machine.redrive(
                found,
                token.map(ClientToken::requestId)
                        .orElseGet(() -> UUID.randomUUID().toString()));
    }

    @Override
    public void delete(ExecutionId id) throws InvalidRequestException {
        Execution found = describe(id);
        if (!found.status().isFinal()) {
            throw new InvalidRequestException(
                    "The execution '" + id.name() + "' is running; stop it before you delete its record");
        }
        journal.delete(found);
        Audit.changed("delete", id);
    }

    private StateMachine running(String stateMachine) throws InvalidRequestException {
        StateMachine machine = stateMachines.get(stateMachine);
        if (machine == null) {
            throw new InvalidRequestException(
                    "No state machine '" + stateMachine + "' runs in this container; there are " + stateMachines());
        }
        return machine;
    }

    @Override
    public List<DeadLetter> deadLetters(String stateMachine, int limit) throws InvalidRequestException {
        DeadLetterQueue other = otherQueues.get(stateMachine);
        return other == null
                ? running(stateMachine).deadLetters(limit)
                : deadLetters(other).list(limit);
    }

    @Override
    public void resend(String stateMachine, String id) throws InvalidRequestException {
        DeadLetterQueue other = otherQueues.get(stateMachine);
        if (other == null) {
            running(stateMachine).resend(id);
        } else {
            deadLetters(other).resend(id);
        }
        Audit.changed("resend", stateMachine + " " + id);
    }

    private static DeadLetters deadLetters(DeadLetterQueue queue) {
        return new DeadLetters(queue.broker(), queue.queue(), queue.shownText());
    }

    @Override
    public List<ServiceStatus> status() {
        List<ServiceCheck> checks = new ArrayList<>();
        new TreeMap<>(stateMachines).values().forEach(machine -> checks.addAll(machine.checks()));
        if (!checks.isEmpty()) {
            checks.add(journal.check());
        }
        checks.addAll(notStarted);
        // State machines may use the same table, function or broker
        Map<String, ServiceCheck> once = new LinkedHashMap<>();
        checks.forEach(check -> once.putIfAbsent(check.service(), check));
        return services.ask(List.copyOf(once.values()));
    }

    @Override
    public Map<Waiting.Reason, Integer> waiting(String stateMachine) throws InvalidRequestException {
        return journal.waiting(running(stateMachine).name(), MAX_COUNTED);
    }

    @Override
    public QueueSizes queueSizes(String stateMachine) throws InvalidRequestException {
        return running(stateMachine).queueSizes();
    }

    @Deactivate
    @Override
    public void close() {
        services.close();
    }
}
