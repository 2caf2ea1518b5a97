package org.linkmoderation.jmx;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.management.JMException;
import javax.management.ObjectName;
import org.linkmoderation.Decision;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TraceViewer;
import org.linkmoderation.journal.JournalImport;
import org.linkmoderation.view.ContainerUser;
import org.linkmoderation.view.ExecutionJson;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MBean {@value #NAME}, there while {@link Executions} is. Who may use it:
 * {@code etc/jmx.acl.org.linkmoderation.cfg}.
 */
@Component(
        service = {},
        immediate = true)
public final class ExecutionsView implements ExecutionsMBean, AutoCloseable {
    /** The name of the MBean. */
    public static final String NAME = "org.linkmoderation:type=Executions";

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionsView.class);
    private static final String DEFAULT_STATE_MACHINE = "moderation";
    private static final int DEFAULT_LIMIT = 20;

    private final Executions executions;
    private final ExecutionCounts counts;
    private final JournalImport journalImport;

    private volatile TraceViewer traceViewer;

    /**
     * @param executions what operators do
     * @param counts what ran in this container
     * @param journalImport copies executions from the other journal
     * @throws JMException if there is an MBean of this name already
     */
    @Activate
    public ExecutionsView(
            @Reference Executions executions, @Reference ExecutionCounts counts, @Reference JournalImport journalImport)
            throws JMException {
        this.executions = executions;
        this.counts = counts;
        this.journalImport = journalImport;
        ManagementFactory.getPlatformMBeanServer()
                .registerMBean(new DescribedMBean(this, ExecutionsMBean.class), new ObjectName(NAME));
    }

    /** Says where traces are shown, from now on. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setTraceViewer(TraceViewer viewer) {
        traceViewer = viewer;
    }

    void unsetTraceViewer(TraceViewer viewer) {
        if (traceViewer == viewer) {
            traceViewer = null;
        }
    }

    @Deactivate
    @Override
    public void close() throws JMException {
        ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
    }

    @Override
    public String[] getStateMachines() {
        return executions.stateMachines().toArray(new String[0]);
    }

    @Override
    public String getCountedSince() {
        return counts.since().toString();
    }

    @Override
    public long getInFlight() {
        return counts.inFlight();
    }

    @Override
    public long getStarted() {
        return counts.started();
    }

    @Override
    public long getRedriven() {
        return counts.redriven();
    }

    @Override
    public long getSucceeded() {
        return counts.ended(ExecutionStatus.SUCCEEDED);
    }

    @Override
    public long getFailed() {
        return counts.ended(ExecutionStatus.FAILED);
    }

    @Override
    public long getTimedOut() {
        return counts.ended(ExecutionStatus.TIMED_OUT);
    }

    @Override
    public long getAborted() {
        return counts.ended(ExecutionStatus.ABORTED);
    }

    @Override
    public String countByStatus(String stateMachine) {
        return answer(() -> {
            ObjectNode recorded = JsonNodeFactory.instance.objectNode();
            for (ExecutionStatus status : ExecutionStatus.values()) {
                ExecutionPage page = executions.list(ExecutionQuery.all(machine(stateMachine), ExecutionQuery.MAX_LIMIT)
                        .in(Set.of(status)));
                int count = page.executions().size();
                if (page.nextToken().isPresent()) {
                    recorded.put(status.name(), count + " or more");
                } else {
                    recorded.put(status.name(), count);
                }
            }
            return ExecutionJson.text(recorded);
        });
    }

    @Override
    public String list(String stateMachine, String status, String namePrefix, int limit, String nextToken) {
        return answer(() -> ExecutionJson.text(
                ExecutionJson.list(executions.list(ExecutionQuery.all(machine(stateMachine), limit(limit))
                        .in(statuses(status))
                        .named(given(namePrefix).orElse(""))
                        .page(given(nextToken))))));
    }

    @Override
    public String listStarted(
            String stateMachine,
            String statuses,
            String namePrefix,
            String from,
            String to,
            int limit,
            String nextToken) {
        return answer(() -> ExecutionJson.text(
                ExecutionJson.list(executions.list(ExecutionQuery.all(machine(stateMachine), limit(limit))
                        .in(statuses(statuses))
                        .between(date("from", from), date("to", to))
                        .named(given(namePrefix).orElse(""))
                        .page(given(nextToken))))));
    }

    @Override
    public String countByState(String stateMachine) {
        return answer(() -> {
            Map<String, Integer> waiting = new TreeMap<>();
            boolean isAll = true;
            for (ExecutionStatus status : Set.of(ExecutionStatus.RUNNING, ExecutionStatus.IN_DOUBT)) {
                ExecutionPage page = executions.list(ExecutionQuery.all(machine(stateMachine), ExecutionQuery.MAX_LIMIT)
                        .in(Set.of(status)));
                page.executions().stream()
                        .flatMap(execution -> execution.waiting().stream())
                        .filter(wait -> !wait.state().isEmpty())
                        .forEach(wait -> waiting.merge(wait.state(), 1, Integer::sum));
                isAll &= page.nextToken().isEmpty();
            }
            ObjectNode counted = JsonNodeFactory.instance.objectNode();
            ObjectNode states = counted.putObject("waiting");
            waiting.forEach(states::put);
            return ExecutionJson.text(counted.put("isAll", isAll));
        });
    }

    @Override
    public String describeStateMachine(String stateMachine) {
        return answer(() -> ExecutionJson.text(ExecutionJson.stateMachine(executions.describe(machine(stateMachine)))));
    }

    @Override
    public String describe(String stateMachine, String name) {
        return answer(() -> {
            Execution found = executions.describe(id(stateMachine, name));
            ObjectNode described = ExecutionJson.describe(found);
            Optional<String> notRedrivable = executions.whyNotRedrivable(found);
            described.put("redriveStatus", notRedrivable.isPresent() ? "NOT_REDRIVABLE" : "REDRIVABLE");
            notRedrivable.ifPresent(reason -> described.put("redriveStatusReason", reason));
            TraceViewer viewer = traceViewer;
            if (viewer != null) {
                found.traceparent()
                        .flatMap(StartRequest::traceId)
                        .ifPresent(
                                id -> described.put("traceUrl", viewer.page(id).toString()));
            }
            return ExecutionJson.text(described);
        });
    }

    @Override
    public String history(String stateMachine, String name) {
        return answer(() -> ExecutionJson.text(ExecutionJson.history(
                executions.describe(id(stateMachine, name)).events())));
    }

    @Override
    public String historyPage(String stateMachine, String name, int after, int limit) {
        return answer(() -> {
            int most = limit(limit);
            if (most < 1 || most > ExecutionQuery.MAX_LIMIT) {
                throw new InvalidRequestException(
                        "The limit is " + most + "; expected 1 to " + ExecutionQuery.MAX_LIMIT);
            }
            if (after < 0) {
                throw new InvalidRequestException(
                        "The event before the page is " + after + "; expected 0 or the id of an event");
            }
            return ExecutionJson.text(
                    ExecutionJson.historyPage(executions.describe(id(stateMachine, name)), after, most));
        });
    }

    @Override
    public String start(String stateMachine, String name, String input) {
        return answer(() -> executions.start(
                machine(stateMachine), given(name), given(input).orElse("")));
    }

    @Override
    public String stop(String stateMachine, String name, String error, String cause) {
        return answer(() -> {
            ExecutionStatus status = executions.stop(
                    id(stateMachine, name),
                    given(error).orElse(""),
                    given(cause).orElse(""));
            return "The execution '" + name.trim() + "' "
                    + (status == ExecutionStatus.ABORTED ? "has status ABORTED" : "is being undone");
        });
    }

    @Override
    public String redrive(String stateMachine, String name) {
        return answer(() -> {
            executions.redrive(id(stateMachine, name));
            return "The execution '" + name.trim() + "' goes on";
        });
    }

    @Override
    public String resolve(String stateMachine, String name, String undo, String reason) {
        return answer(() -> {
            executions.resolve(
                    id(stateMachine, name),
                    given(undo).orElse(""),
                    given(reason).orElse(""));
            return "The execution '" + name.trim() + "' goes on after " + undo.trim();
        });
    }

    @Override
    public String reviews(String stateMachine, int limit, String nextToken) {
        return answer(() -> ExecutionJson.text(ExecutionJson.pendingTasks(
                executions.pendingTasks(machine(stateMachine), limit(limit), given(nextToken)))));
    }

    @Override
    public String approve(String stateMachine, String name, String reason) {
        return decide(stateMachine, name, true, reason);
    }

    @Override
    public String reject(String stateMachine, String name, String reason) {
        return decide(stateMachine, name, false, reason);
    }

    private String decide(String stateMachine, String name, boolean approved, String reason) {
        String user = ContainerUser.name();
        return answer(() -> {
            executions.decide(
                    id(stateMachine, name),
                    new Decision(approved, user, given(reason).orElse("")));
            return "The execution '" + name.trim() + "' is " + (approved ? "approved" : "rejected") + " by " + user;
        });
    }

    @Override
    public String taskSuccess(String taskToken, String output) {
        return answer(() -> {
            executions.sendTaskSuccess(
                    given(taskToken).orElse(""), given(output).orElse("{}"));
            return "The task has succeeded";
        });
    }

    @Override
    public String taskFailure(String taskToken, String error, String cause) {
        return answer(() -> {
            executions.sendTaskFailure(
                    given(taskToken).orElse(""),
                    given(error).orElse(""),
                    given(cause).orElse(""));
            return "The task has failed";
        });
    }

    @Override
    public String taskHeartbeat(String taskToken) {
        return answer(() -> {
            executions.sendTaskHeartbeat(given(taskToken).orElse(""));
            return "The task is still being worked on";
        });
    }

    @Override
    public String deadLetters(String stateMachine, int limit) {
        return answer(() -> ExecutionJson.text(
                ExecutionJson.deadLetters(executions.deadLetters(machine(stateMachine), limit(limit)))));
    }

    @Override
    public String resend(String stateMachine, String id) {
        return answer(() -> {
            String letter =
                    given(id).orElseThrow(() -> new InvalidRequestException("The id of the message is missing"));
            executions.resend(machine(stateMachine), letter);
            return "The message " + letter + " was sent again";
        });
    }

    @Override
    public String importJournal(String from) {
        return answer(() -> ExecutionJson.text(
                ExecutionJson.imported(journalImport.run(given(from).orElse(""), executions.stateMachines()))));
    }

    @Override
    public String status() {
        return answer(() -> ExecutionJson.text(ExecutionJson.status(executions.status())));
    }

    private static String machine(String stateMachine) {
        return given(stateMachine).orElse(DEFAULT_STATE_MACHINE);
    }

    private static int limit(int limit) {
        return limit == 0 ? DEFAULT_LIMIT : limit;
    }

    private static ExecutionId id(String stateMachine, String name) throws InvalidRequestException {
        return new ExecutionId(
                machine(stateMachine),
                given(name).orElseThrow(() -> new InvalidRequestException("The name of the execution is missing")));
    }

    private static Set<ExecutionStatus> statuses(String statuses) throws InvalidRequestException {
        Set<ExecutionStatus> wanted = EnumSet.noneOf(ExecutionStatus.class);
        for (String status : given(statuses).map(text -> text.split(" *, *")).orElse(new String[0])) {
            try {
                wanted.add(ExecutionStatus.valueOf(status));
            } catch (IllegalArgumentException e) {
                throw new InvalidRequestException(
                        "The status is '" + status + "'; expected one of " + List.of(ExecutionStatus.values()), e);
            }
        }
        return wanted;
    }

    private static Optional<Instant> date(String name, String value) throws InvalidRequestException {
        try {
            return given(value).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new InvalidRequestException(
                    "The date '" + name + "' is '" + value + "'; expected one such as 2026-11-22T10:00:00Z", e);
        }
    }

    /** What was typed into a field of a console, if anything was. */
    private static Optional<String> given(String field) {
        return Optional.ofNullable(field).map(String::trim).filter(text -> !text.isEmpty());
    }

    /** The answer, or a sentence in an exception that every client of JMX can read: none of ours, and no cause. */
    private static String answer(Callable<String> question) {
        try {
            return question.call();
        } catch (InvalidRequestException e) {
            throw new IllegalArgumentException(e.getMessage());
        } catch (Exception e) {
            LOG.warn("JMX operation failed: {}", e.toString());
            throw new IllegalStateException(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }
}
