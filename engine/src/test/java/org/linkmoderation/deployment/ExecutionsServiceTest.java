package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.RequestIdReusedException;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.journal.Transition;
import org.linkmoderation.run.StateMachine;
import org.linkmoderation.run.Wake;
import org.linkmoderation.testkit.AnyObject;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.Recorded;
import org.linkmoderation.testkit.RecordedEvents;
import org.linkmoderation.testkit.Requested;

class ExecutionsServiceTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static final ExecutionId ID = new ExecutionId("moderation", "e1");

    private final InMemoryJournal journal = new InMemoryJournal();
    private final RecordedEvents told = new RecordedEvents();
    private final Observation observation = new Observation(null);
    private final ExecutionsService executions = new ExecutionsService(journal, observation);
    private final List<StartRequest> sent = new ArrayList<>();
    private final List<Wake> woken = new ArrayList<>();

    @BeforeEach
    void start() {
        observation.addListener(told);
        executions.addStateMachine(stateMachine("moderation"));
    }

    @Test
    void shouldSendARequest() throws Exception {
        String name = executions.start("moderation", Optional.of("e1"), Requested.INPUT);

        assertThat(name).isEqualTo("e1");
        assertThat(sent).singleElement().satisfies(request -> {
            assertThat(request.id()).isEqualTo(ID);
            assertThat(request.input()).isEqualTo(Requested.INPUT);
            assertThat(request.redrive()).isFalse();
        });
    }

    @Test
    void shouldMakeANameOfItsOwn() throws Exception {
        String name = executions.start("moderation", Optional.empty(), "{}");

        assertThat(name).isNotEqualTo(executions.start("moderation", Optional.empty(), "{}"));
        assertThat(sent.get(0).name()).isEqualTo(name);
    }

    @Test
    void shouldSendNothingThatCanNotBecomeAnExecution() {
        assertThatThrownBy(() -> executions.start("moderation", Optional.of("a b"), "{}"))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> executions.start("moderation", Optional.empty(), "[]"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("no object");
        assertThatThrownBy(() -> executions.start("domains", Optional.empty(), "{}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("No state machine 'domains' runs in this container; there are [moderation]");
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldSayThatThereIsNoSuchExecution() {
        assertThatThrownBy(() -> executions.describe(ID))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("There is no execution 'e1' of state machine 'moderation'");
        assertThatThrownBy(() -> executions.stop(ID, "", "")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> executions.redrive(ID)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> executions.delete(ID)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldStopWhatRuns() throws Exception {
        record();

        executions.stop(ID, "Wrong", "a typing error");

        Execution stopped = executions.describe(ID);
        assertThat(stopped.status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(stopped.error()).contains("Wrong");
        assertThat(stopped.cause()).contains("a typing error");
        assertThat(stopped.events()).last().extracting(HistoryEvent::type).isEqualTo(HistoryEventType.ExecutionAborted);
    }

    @Test
    void shouldStopWhatMovesOnMeanwhile() throws Exception {
        record();
        InMemoryJournal moving = new InMemoryJournal() {
            private int finds;

            @Override
            public Optional<Execution> find(ExecutionId id) {
                Optional<Execution> found = journal.find(id);
                if (finds++ < 2) {
                    long size = found.orElseThrow().events().size();
                    Recorded.append(journal, found.orElseThrow(), event(size + 1, HistoryEventType.ExecutionResumed));
                }
                return found;
            }

            @Override
            public void write(Transition transition) {
                journal.write(transition);
            }
        };

        new ExecutionsService(moving, observation).stop(ID, "", "");

        assertThat(executions.describe(ID).status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(executions.describe(ID).events()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"RUNNING", "IN_DOUBT"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldNotStopWhatHasEnded(ExecutionStatus status) {
        record(status);

        assertThatThrownBy(() -> executions.stop(ID, "", ""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("The execution 'e1' has ended already, with status " + status + "; expected RUNNING");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "TIMED_OUT", "ABORTED"})
    void shouldSendARequestToRedriveWhatEndedWithoutSuccess(ExecutionStatus status) throws Exception {
        record(status);

        executions.redrive(ID);

        assertThat(sent).singleElement().satisfies(request -> {
            assertThat(request.id()).isEqualTo(ID);
            assertThat(request.redrive()).isTrue();
            assertThat(request.requestId()).isNotEqualTo("id-1");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "SUCCEEDED"})
    void shouldNotRedriveWhatRunsOrHasSucceeded(ExecutionStatus status) {
        record(status);

        assertThatThrownBy(() -> executions.redrive(ID))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("ExecutionNotRedrivable: the execution 'e1' has status " + status
                        + "; expected FAILED, TIMED_OUT or ABORTED");
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "FAILED, ''",
        "SUCCEEDED, 'ExecutionNotRedrivable: the execution ''e1'' has status SUCCEEDED; expected FAILED, TIMED_OUT or ABORTED'"
    })
    void shouldSayWhyAnExecutionCanNotBeRedriven(ExecutionStatus status, String reason) throws Exception {
        record(status);

        assertThat(executions.whyNotRedrivable(executions.describe(ID)).orElse(""))
                .isEqualTo(reason);
    }

    @Test
    void shouldSayThatASagaCanNotBeRedriven() throws Exception {
        executions.addStateMachine(new AnyObject() {
            @Override
            public String name() {
                return "sale";
            }

            @Override
            public boolean isSaga() {
                return true;
            }
        });
        Execution found = Recorded.create(
                journal,
                new StartRequest("sale", "e1", "id", "m", ExecutionType.STANDARD, false, "{}"),
                Instant.EPOCH,
                event(1, HistoryEventType.ExecutionStarted));
        ExecutionId sale = found.id();
        Recorded.end(journal, found, event(2, HistoryEventType.ExecutionFailed), ExecutionStatus.FAILED);

        assertThat(executions.whyNotRedrivable(executions.describe(sale)))
                .hasValueSatisfying(
                        reason -> assertThat(reason).startsWith("ExecutionNotRedrivable: 'sale' is a saga"));
        assertThatThrownBy(() -> executions.redrive(sale)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldNotRedriveWhereTheStateMachineDoesNotRun() {
        Execution found = Recorded.create(
                journal,
                new StartRequest("domains", "e1", "id", "m", ExecutionType.STANDARD, false, "{}"),
                Instant.EPOCH,
                event(1, HistoryEventType.ExecutionStarted));
        ExecutionId other = found.id();
        Recorded.end(journal, found, event(2, HistoryEventType.ExecutionFailed), ExecutionStatus.FAILED);

        assertThatThrownBy(() -> executions.redrive(other))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("No state machine 'domains' runs in this container");
    }

    @Test
    void shouldDeleteWhatHasEnded() throws Exception {
        record(ExecutionStatus.SUCCEEDED);

        executions.delete(ID);

        assertThat(journal.find(ID)).isEmpty();
    }

    @Test
    void shouldNotDeleteWhatRuns() {
        record();

        assertThatThrownBy(() -> executions.delete(ID))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("The execution 'e1' is running; stop it before you delete its record");
        assertThat(journal.find(ID)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_001, -1})
    void shouldNotListMoreThanAPage(int limit) {
        assertThatThrownBy(() -> executions.list(ExecutionQuery.all("moderation", limit)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("The limit is " + limit + "; expected 1 to 1000");
    }

    @Test
    void shouldAskTheServicesOfTheStateMachines() {
        assertThat(executions.status())
                .containsExactly(
                        new ServiceStatus("a service", true, "there"), new ServiceStatus("journal", true, "in memory"));
        assertThat(executions.stateMachines()).containsExactly("moderation");
    }

    @Test
    void shouldCountTheMessagesOfAStateMachine() throws Exception {
        assertThat(executions.queueSizes("moderation")).isEqualTo(new QueueSizes(3, 1));
        assertThatThrownBy(() -> executions.queueSizes("domains")).isInstanceOf(InvalidRequestException.class);
    }

    private Execution record() {
        return Recorded.create(
                journal,
                Requested.start("e1", "id-1", Requested.INPUT),
                Instant.EPOCH,
                event(1, HistoryEventType.ExecutionStarted));
    }

    private void record(ExecutionStatus status) {
        Execution found = record();
        HistoryEventType end = switch (status) {
            case RUNNING, IN_DOUBT -> null;
            case SUCCEEDED -> HistoryEventType.ExecutionSucceeded;
            case FAILED -> HistoryEventType.ExecutionFailed;
            case TIMED_OUT -> HistoryEventType.ExecutionTimedOut;
            case ABORTED -> HistoryEventType.ExecutionAborted;
        };
        if (end != null) {
            Recorded.end(journal, found, event(2, end), status);
        }
    }

    private static HistoryEvent event(long id, HistoryEventType type) {
        return new HistoryEvent(id, Instant.EPOCH, type, Map.of());
    }

    @Test
    void shouldSendAllRequestsOfATextWithOneId() throws Exception {
        List<String> names = executions.startAll(
                "moderation",
                Optional.empty(),
                Optional.of("k"),
                Optional.of(TRACE),
                bytes("[" + Requested.INPUT + ",{}]"));

        assertThat(names).containsExactly(StartRequest.nameFor("k-1"), StartRequest.nameFor("k-2"));
        assertThat(sent).extracting(StartRequest::requestId).containsExactly("k-1", "k-2");
        assertThat(sent).extracting(StartRequest::traceparent).containsOnly(Optional.of(TRACE));
    }

    @Test
    void shouldSendATraceThatIsNoneWithoutOne() throws Exception {
        executions.startAll(
                "moderation", Optional.empty(), Optional.empty(), Optional.of("00-x"), bytes(Requested.INPUT));

        assertThat(sent).extracting(StartRequest::traceparent).containsExactly(Optional.empty());
    }

    @Test
    void shouldSendNothingWhereOneNameIsKnownToBeUsed() throws Exception {
        record();

        assertThatThrownBy(() -> executions.startAll(
                        "moderation",
                        Optional.of("e1"),
                        Optional.of("id-2"),
                        Optional.empty(),
                        bytes("{\"code\":\"other\"}")))
                .isInstanceOf(ExecutionAlreadyExistsException.class)
                .hasMessageContaining("is running with another input");
        assertThatThrownBy(() -> executions.startAll(
                        "moderation",
                        Optional.of("e1"),
                        Optional.of("id-1"),
                        Optional.empty(),
                        bytes("{\"code\":\"other\"}")))
                .isInstanceOf(RequestIdReusedException.class)
                .hasMessageContaining("RequestId 'id-1' started the execution 'e1'");
        assertThat(sent).isEmpty();

        assertThat(executions.startAll(
                        "moderation", Optional.of("e1"), Optional.of("id-1"), Optional.empty(), bytes(Requested.INPUT)))
                .containsExactly("e1");
        assertThat(sent).hasSize(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldAskAServiceOnceThatTwoStateMachinesNeed() {
        executions.addStateMachine(stateMachine("domains"));

        assertThat(executions.status())
                .extracting(ServiceStatus::service)
                .doesNotHaveDuplicates()
                .contains("a service");
    }

    private StateMachine stateMachine(String name) {
        return new StateMachine() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void validate(JsonNode input) throws InvalidRequestException {
                if (!input.isObject()) {
                    throw new InvalidRequestException("no object");
                }
            }

            @Override
            public StateMachineDescription description() {
                return new StateMachineDescription(name, false, Instant.EPOCH, "{}");
            }

            @Override
            public Execution start(StartRequest request) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Execution redrive(Execution found, String requestId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Execution runExpress(StartRequest request) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void send(StartRequest request) {
                sent.add(request);
            }

            @Override
            public void send(List<StartRequest> requests) {
                sent.addAll(requests);
            }

            @Override
            public void checkName(StartRequest request) throws InvalidRequestException {
                var recorded = journal.find(request.id());
                if (recorded.isPresent()) {
                    recorded.get().checkRequestedBy(request);
                }
            }

            @Override
            public void wake(Wake wake) {
                woken.add(wake);
            }

            @Override
            public List<DeadLetter> deadLetters(int limit) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void resend(String id) {
                throw new UnsupportedOperationException();
            }

            @Override
            public QueueSizes queueSizes() {
                return new QueueSizes(3, 1);
            }

            @Override
            public List<ServiceCheck> checks() {
                return List.of(new ServiceCheck("a service", () -> "there"));
            }
        };
    }
}
