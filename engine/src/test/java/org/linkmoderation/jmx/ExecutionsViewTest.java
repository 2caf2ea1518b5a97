package org.linkmoderation.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.ClientToken;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Decision;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.Executions;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.TraceViewer;
import org.linkmoderation.Waiting;
import org.linkmoderation.journal.JournalImport;
import org.linkmoderation.journal.JournalSettings;
import org.linkmoderation.journal.OpenJournal;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.Requested;

/** Asks the MBean as a client of JMX does: by its name, with names and signatures. */
class ExecutionsViewTest {
    private static final ExecutionId ID = new ExecutionId("moderation", "e1");
    private static final String STRING = String.class.getName();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Operator operator = new Operator();
    private final ExecutionCounts counts = new ExecutionCounts();
    private final InMemoryJournal other = new InMemoryJournal();
    private final JournalImport journalImport = new JournalImport(
            JournalSettings.Store.DYNAMODB, new InMemoryJournal(), store -> new OpenJournal(other, List.of()));
    private ObjectName name;
    private ExecutionsView view;

    @BeforeEach
    void register() throws JMException {
        name = new ObjectName(ExecutionsView.NAME);
        view = new ExecutionsView(operator, counts, journalImport);
    }

    @AfterEach
    void unregister() throws JMException {
        if (server.isRegistered(name)) {
            view.close();
        }
    }

    @Test
    void shouldDescribeEachOperationAndEachParameter() throws JMException {
        MBeanInfo info = server.getMBeanInfo(name);

        assertThat(info.getDescription()).startsWith("The executions of the state machines");
        assertThat(Arrays.stream(info.getAttributes()).map(MBeanFeatureInfo::getName))
                .containsExactlyInAnyOrder(
                        "StateMachines",
                        "CountedSince",
                        "InFlight",
                        "Started",
                        "Redriven",
                        "Succeeded",
                        "Failed",
                        "TimedOut",
                        "Aborted");
        assertThat(info.getAttributes()).noneMatch(attribute -> attribute.isWritable());
        Stream<MBeanFeatureInfo> parameters =
                Arrays.stream(info.getOperations()).flatMap(operation -> Arrays.stream(operation.getSignature()));
        assertThat(Stream.of(Arrays.stream(info.getAttributes()), Arrays.stream(info.getOperations()), parameters)
                        .flatMap(features -> features))
                .allSatisfy(feature -> {
                    assertThat(feature.getDescription())
                            .as(feature.getName())
                            .contains(" ")
                            .isNotEqualTo(feature.getName());
                });
        assertThat(Arrays.stream(info.getOperations())
                        .filter(operation -> operation.getName().equals("stop"))
                        .flatMap(operation -> Arrays.stream(operation.getSignature()))
                        .map(MBeanFeatureInfo::getName))
                .containsExactly("stateMachine", "name", "error", "cause");
    }

    @Test
    void shouldCountWhatRunsInThisContainer() throws JMException {
        counts.on(new ExecutionEvent.RunBegan(ID));
        counts.on(new ExecutionEvent.Started(ID));
        counts.on(new ExecutionEvent.RunBegan(ID));
        counts.on(new ExecutionEvent.Redriven(ID));
        counts.on(new ExecutionEvent.RunEnded(ID));
        counts.on(new ExecutionEvent.Ended(ID, ExecutionStatus.SUCCEEDED, Duration.ZERO));
        counts.on(new ExecutionEvent.Ended(ID, ExecutionStatus.SUCCEEDED, Duration.ZERO));
        counts.on(new ExecutionEvent.Ended(ID, ExecutionStatus.FAILED, Duration.ZERO));

        assertThat(attribute("InFlight")).isEqualTo(1L);
        assertThat(attribute("Started")).isEqualTo(1L);
        assertThat(attribute("Redriven")).isEqualTo(1L);
        assertThat(attribute("Succeeded")).isEqualTo(2L);
        assertThat(attribute("Failed")).isEqualTo(1L);
        assertThat(attribute("TimedOut")).isEqualTo(0L);
        assertThat(attribute("Aborted")).isEqualTo(0L);
        assertThat(Instant.parse((String) attribute("CountedSince"))).isBeforeOrEqualTo(Instant.now());
        assertThat((String[]) attribute("StateMachines")).containsExactly("moderation");
    }

    @Test
    void shouldCountTheRecordsByStatusUpToAPage() throws Exception {
        operator.listed = query -> new ExecutionPage(
                query.statuses().contains(ExecutionStatus.FAILED) ? summaries(2) : summaries(query.limit()),
                query.statuses().contains(ExecutionStatus.FAILED) ? Optional.empty() : Optional.of("more"));

        JsonNode answer = json(invoke("countByStatus", ""));

        assertThat(answer.path("FAILED").asInt()).isEqualTo(2);
        assertThat(answer.path("SUCCEEDED").asText()).isEqualTo("1000 or more");
        assertThat(answer).hasSize(ExecutionStatus.values().length);
    }

    @Test
    void shouldListWhatIsAskedFor() throws Exception {
        operator.listed = query -> new ExecutionPage(summaries(1), Optional.of("next"));

        JsonNode answer = json(invoke("list", " ", "RUNNING", "e", 5, "token"));

        assertThat(answer.path("executions").get(0).path("name").asText()).isEqualTo("e0");
        assertThat(answer.path("nextToken").asText()).isEqualTo("next");
        assertThat(operator.query)
                .isEqualTo(ExecutionQuery.all("moderation", 5)
                        .in(Set.of(ExecutionStatus.RUNNING))
                        .named("e")
                        .page(Optional.of("token")));
    }

    @Test
    void shouldListTheNewestOfAllWhereTheFieldsAreEmpty() throws Exception {
        invoke("list", "", "", "", 0, "");
        assertThat(operator.query).isEqualTo(ExecutionQuery.all("moderation", 20));

        invoke("list", null, null, null, 0, null);
        assertThat(operator.query).isEqualTo(ExecutionQuery.all("moderation", 20));
    }

    @Test
    void shouldImportFromTheOtherJournal() throws Exception {
        Execution started = Recorded.create(
                other,
                Requested.start("e1", "id", Requested.INPUT),
                Instant.EPOCH,
                new HistoryEvent(1, Instant.EPOCH, HistoryEventType.ExecutionStarted, Map.of()));
        Recorded.end(
                other,
                started,
                new HistoryEvent(2, Instant.EPOCH, HistoryEventType.ExecutionFailed, Map.of()),
                ExecutionStatus.FAILED);

        JsonNode answer = json(invoke("importJournal", " jdbc "));

        assertThat(answer.path("copied").asInt()).isOne();
        assertThat(answer.path("reasons")).isEmpty();
    }

    @Test
    void shouldShowARecordAndItsHistory() throws Exception {
        JsonNode record = json(invoke("describe", "", "e1"));
        assertThat(record.path("status").asText()).isEqualTo("RUNNING");
        assertThat(record.path("input").path("code").asText()).isEqualTo("a1");

        JsonNode history = json(invoke("history", "moderation", "e1"));
        assertThat(history.path("events").get(0).path("type").asText()).isEqualTo("ExecutionStarted");
    }

    @Test
    void shouldSayWhetherAnExecutionCanBeRedriven() throws Exception {
        assertThat(json(invoke("describe", "", "e1")).path("redriveStatus").asText())
                .isEqualTo("REDRIVABLE");

        operator.notRedrivable = Optional.of("it is a saga");

        JsonNode record = json(invoke("describe", "", "e1"));
        assertThat(record.path("redriveStatus").asText()).isEqualTo("NOT_REDRIVABLE");
        assertThat(record.path("redriveStatusReason").asText()).isEqualTo("it is a saga");
    }

    @Test
    void shouldNameThePageOfATraceWhereThereIsAViewer() throws Exception {
        TraceViewer viewer = trace -> URI.create("https://traces.example.org/trace/" + trace);
        assertThat(json(invoke("describe", "", "e1")).has("traceUrl")).isFalse();

        view.setTraceViewer(viewer);

        assertThat(json(invoke("describe", "", "e1")).path("traceUrl").asText())
                .isEqualTo("https://traces.example.org/trace/" + TRACE);

        view.unsetTraceViewer(viewer);

        assertThat(json(invoke("describe", "", "e1")).has("traceUrl")).isFalse();
    }

    @Test
    void shouldSayThatASagaThatIsStoppedIsBeingUndone() throws JMException {
        operator.stopped = ExecutionStatus.RUNNING;

        assertThat(invoke("stop", "domains", "e1", "", "")).isEqualTo("The execution 'e1' is being undone");
    }

    @Test
    void shouldHandOnWhatAnOperatorDoes() throws JMException {
        assertThat(invoke("start", "", "", Requested.INPUT)).isEqualTo("made-up");
        assertThat(invoke("start", "", "e9", Requested.INPUT)).isEqualTo("e9");
        assertThat(invoke("stop", "", "e1", "Wrong", "")).isEqualTo("The execution 'e1' has status ABORTED");
        assertThat(invoke("redrive", "", " e1 ")).isEqualTo("The execution 'e1' goes on");
        assertThat(invoke("resolve", "domains", "e2", "RefundCharge", "paid by hand"))
                .isEqualTo("The execution 'e2' goes on after RefundCharge");
        assertThat(invoke("resend", "", "ID:1")).isEqualTo("The message ID:1 was sent again");

        assertThat(operator.done)
                .containsExactly(
                        "start moderation Optional.empty " + Requested.INPUT,
                        "start moderation Optional[e9] " + Requested.INPUT,
                        "stop moderation e1 Wrong ",
                        "redrive moderation e1",
                        "resolve domains e2 RefundCharge paid by hand",
                        "resend moderation ID:1");
    }

    @Test
    void shouldShowDeadLettersAndServices() throws Exception {
        assertThat(json(invoke("deadLetters", "", 0))
                        .path("deadLetters")
                        .get(0)
                        .path("reason")
                        .asText())
                .isEqualTo("not JSON, 20 at the most");
        assertThat(json(invoke("status"))
                        .path("services")
                        .get(0)
                        .path("service")
                        .asText())
                .isEqualTo("a service");
    }

    @ParameterizedTest
    @CsvSource({
        "describe, no-such, There is no execution 'no-such'",
        "history, '', The name of the execution is missing",
        "redrive, '', The name of the execution is missing",
        "resend, '', The id of the message is missing"
    })
    void shouldAnswerAWrongRequestWithASentenceThatEveryClientCanRead(
            String operation, String second, String sentence) {
        RuntimeMBeanException refused =
                catchThrowableOfType(RuntimeMBeanException.class, () -> invoke(operation, "", second));

        assertThat(refused.getTargetException())
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence)
                .hasNoCause();
    }

    @Test
    void shouldListWhatStartedInATime() throws Exception {
        invoke("listStarted", "", "FAILED, TIMED_OUT", "e", "2026-11-22T10:00:00Z", "2026-11-23T10:00:00Z", 5, "");

        assertThat(operator.query)
                .isEqualTo(ExecutionQuery.all("moderation", 5)
                        .in(Set.of(ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT))
                        .named("e")
                        .between(
                                Optional.of(Instant.parse("2026-11-22T10:00:00Z")),
                                Optional.of(Instant.parse("2026-11-23T10:00:00Z"))));
        RuntimeMBeanException refused = catchThrowableOfType(
                RuntimeMBeanException.class, () -> invoke("listStarted", "", "", "", "yesterday", "", 5, ""));
        assertThat(refused.getTargetException())
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("The date 'from' is 'yesterday'; expected one such as 2026-11-22T10:00:00Z");
    }

    @Test
    void shouldCountWhatWaitsByState() throws Exception {
        operator.listed = query -> query.statuses().contains(ExecutionStatus.IN_DOUBT)
                ? new ExecutionPage(List.of(waiting("d1", "RefundCharge")), Optional.empty())
                : new ExecutionPage(
                        List.of(
                                waiting("w1", "Review"),
                                waiting("w2", "Review"),
                                summaries(1).get(0)),
                        Optional.of("more"));

        assertThat(json(invoke("countByState", "")))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"waiting\": {\"RefundCharge\": 1, \"Review\": 2}, \"isAll\": false}"));
    }

    @Test
    void shouldGiveAHistoryByPages() throws Exception {
        JsonNode first = json(invoke("historyPage", "", "e1", 0, 20));
        assertThat(first.path("events")).hasSize(1);
        assertThat(first.path("eventCount").asInt()).isEqualTo(1);
        assertThat(json(invoke("historyPage", "", "e1", 1, 20)).path("events")).isEmpty();
        assertThat(json(invoke("historyPage", "", "e1", 7, 20)).path("events")).isEmpty();

        assertThat(catchThrowableOfType(RuntimeMBeanException.class, () -> invoke("historyPage", "", "e1", -1, 20))
                        .getTargetException())
                .hasMessage("The event before the page is -1; expected 0 or the id of an event");
        assertThat(catchThrowableOfType(RuntimeMBeanException.class, () -> invoke("historyPage", "", "e1", 0, 1_001))
                        .getTargetException())
                .hasMessage("The limit is 1001; expected 1 to 1000");
    }

    @Test
    void shouldDescribeAStateMachineWithItsDiagram() throws Exception {
        JsonNode described = json(invoke("describeStateMachine", ""));

        assertThat(described.path("isRedrivable").asBoolean()).isTrue();
        assertThat(described.at("/definition/StartAt").asText()).isEqualTo("Only");
        assertThat(described.at("/graph/states/0/name").asText()).isEqualTo("Only");
        assertThat(described.path("mermaid").asText()).startsWith("stateDiagram-v2\n");
    }

    @Test
    void shouldNameTheStatusesThatThereAre() {
        RuntimeMBeanException refused =
                catchThrowableOfType(RuntimeMBeanException.class, () -> invoke("list", "", "DONE", "", 0, ""));

        assertThat(refused.getTargetException())
                .hasMessage(
                        "The status is 'DONE'; expected one of [RUNNING, IN_DOUBT, SUCCEEDED, FAILED, TIMED_OUT, ABORTED]");
    }

    @Test
    void shouldSayWhatFailedWithoutAnExceptionOfOurs() {
        operator.listed = query -> {
            throw new UnsupportedOperationException("DynamoDB does not answer");
        };

        RuntimeMBeanException failed =
                catchThrowableOfType(RuntimeMBeanException.class, () -> invoke("list", "", "", "", 0, ""));

        assertThat(failed.getTargetException())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("DynamoDB does not answer")
                .hasNoCause();
    }

    @Test
    void shouldBeGoneWhenClosedAndRefuseASecondOne() throws JMException {
        assertThatThrownBy(() -> new ExecutionsView(operator, counts, journalImport))
                .isInstanceOf(InstanceAlreadyExistsException.class);

        view.close();

        assertThat(server.isRegistered(name)).isFalse();
    }

    private Object attribute(String attribute) throws JMException {
        return server.getAttribute(name, attribute);
    }

    private Object invoke(String operation, Object... arguments) throws JMException {
        String[] signature = Arrays.stream(arguments)
                .map(argument -> argument instanceof Integer ? "int" : STRING)
                .toArray(String[]::new);
        return server.invoke(name, operation, arguments, signature);
    }

    private static JsonNode json(Object answer) throws JsonProcessingException {
        return new ObjectMapper().readTree((String) answer);
    }

    private static List<ExecutionSummary> summaries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ExecutionSummary(
                        "moderation", "e" + i, ExecutionStatus.RUNNING, Instant.EPOCH, Optional.empty()))
                .toList();
    }

    @Test
    void shouldListAndDecideReviews() throws Exception {
        assertThat(view.reviews("", 0, " "))
                .contains(
                        "\"name\" : \"e1\"",
                        "\"state\" : \"Review\"",
                        "\"code\" : \"a1\"",
                        "moderation 20 Optional.empty");
        Subject anna =
                new Subject(true, Set.of(new RolePrincipal("manager"), new UserPrincipal("anna")), Set.of(), Set.of());

        assertThat(Subject.doAs(anna, (PrivilegedAction<String>) () -> view.approve("", " e1 ", "")))
                .isEqualTo("The execution 'e1' is approved by anna");
        assertThat(Subject.doAs(anna, (PrivilegedAction<String>) () -> view.reject("rescan", "e1", "a phishing page")))
                .isEqualTo("The execution 'e1' is rejected by anna");

        assertThat(operator.done)
                .containsExactly(
                        "decide " + ID + " " + new Decision(true, "anna", ""),
                        "decide " + new ExecutionId("rescan", "e1") + " "
                                + new Decision(false, "anna", "a phishing page"));
    }

    private static ExecutionSummary waiting(String name, String state) {
        return new ExecutionSummary(
                "moderation",
                name,
                ExecutionStatus.RUNNING,
                Instant.EPOCH,
                Optional.empty(),
                Optional.of(new Waiting(Waiting.Reason.CALLBACK, state, "", Instant.EPOCH)),
                Optional.of(0));
    }

    private interface Listed {
        ExecutionPage page(ExecutionQuery query);
    }

    /** Remembers what it is asked, and knows one execution. */
    private static final class Operator implements Executions {
        private final List<String> done = new ArrayList<>();
        private ExecutionStatus stopped = ExecutionStatus.ABORTED;
        private Optional<String> notRedrivable = Optional.empty();
        private Listed listed = query -> new ExecutionPage(List.of(), Optional.empty());
        private ExecutionQuery query;

        @Override
        public Set<String> stateMachines() {
            return Set.of("moderation");
        }

        @Override
        public List<String> startAll(
                String stateMachine,
                Optional<String> name,
                Optional<String> requestId,
                Optional<String> traceparent,
                byte[] text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Execution startRecorded(String stateMachine, Optional<String> name, String input) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String startExpress(String stateMachine, Optional<String> name, String input) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Execution runExpress(String stateMachine, Optional<String> name, String input) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StateMachineDescription describe(String stateMachine) {
            return new StateMachineDescription(
                    stateMachine,
                    false,
                    Instant.EPOCH,
                    "{\"StartAt\": \"Only\", \"States\": {\"Only\": {\"Type\": \"Wait\", \"End\": true}}}");
        }

        @Override
        public Execution redriveRecorded(ExecutionId id, Optional<ClientToken> token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String start(String stateMachine, Optional<String> name, String input) {
            done.add("start " + stateMachine + " " + name + " " + input);
            return name.orElse("made-up");
        }

        @Override
        public Execution describe(ExecutionId id) throws InvalidRequestException {
            if (!id.equals(ID)) {
                throw new InvalidRequestException("There is no execution '" + id.name() + "'");
            }
            Execution started = Recorded.started(Requested.start("e1", "id", Requested.INPUT), Instant.EPOCH);
            return started.requestedBy("id-2")
                    .with(
                            started.run().redriven("message", Instant.EPOCH),
                            List.of(new HistoryEvent(
                                    1,
                                    Instant.EPOCH,
                                    HistoryEventType.ExecutionStarted,
                                    Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"))));
        }

        @Override
        public ExecutionPage list(ExecutionQuery asked) {
            query = asked;
            return listed.page(asked);
        }

        @Override
        public ExecutionStatus stop(ExecutionId id, String error, String cause) {
            done.add("stop " + id + " " + error + " " + cause);
            return stopped;
        }

        @Override
        public void sendTaskSuccess(String taskToken, String output) {
            done.add("success " + taskToken + " " + output);
        }

        @Override
        public void sendTaskFailure(String taskToken, String error, String cause) {
            done.add("failure " + taskToken + " " + error + " " + cause);
        }

        @Override
        public void sendTaskHeartbeat(String taskToken) {
            done.add("heartbeat " + taskToken);
        }

        @Override
        public PendingTaskPage pendingTasks(String stateMachine, int limit, Optional<String> token) {
            PendingTask task = new PendingTask(ID, "Review", "{\"code\":\"a1\"}", Instant.EPOCH, Instant.EPOCH);
            return new PendingTaskPage(List.of(task), Optional.of(stateMachine + " " + limit + " " + token));
        }

        @Override
        public void decide(ExecutionId id, Decision decision) {
            done.add("decide " + id + " " + decision);
        }

        @Override
        public int inFlight(String stateMachine, int limit) {
            return 0;
        }

        @Override
        public void resolve(ExecutionId id, String undo, String reason) {
            done.add("resolve " + id + " " + undo + " " + reason);
        }

        @Override
        public Optional<String> whyNotRedrivable(Execution execution) {
            return notRedrivable;
        }

        @Override
        public void redrive(ExecutionId id) {
            done.add("redrive " + id);
        }

        @Override
        public void delete(ExecutionId id) {
            throw new UnsupportedOperationException("not offered over JMX");
        }

        @Override
        public List<DeadLetter> deadLetters(String stateMachine, int limit) {
            return List.of(new DeadLetter("ID:1", Instant.EPOCH, "not JSON, " + limit + " at the most", "", ""));
        }

        @Override
        public void resend(String stateMachine, String id) {
            done.add("resend " + stateMachine + " " + id);
        }

        @Override
        public Map<Waiting.Reason, Integer> waiting(String stateMachine) {
            return Map.of();
        }

        @Override
        public QueueSizes queueSizes(String stateMachine) {
            return new QueueSizes(0, 0);
        }

        @Override
        public List<ServiceStatus> status() {
            return List.of(new ServiceStatus("a service", true, "there"));
        }
    }
}
