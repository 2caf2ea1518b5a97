package org.linkmoderation.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.ImportedExecutions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.Recorded;

/** Executions move from one journal to another; the import is cut off wherever a journal fails. */
class JournalImportTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Set<String> STATE_MACHINES = Set.of("moderation", "domains");

    /** More than a page. */
    private static final int MANY = ExecutionQuery.MAX_LIMIT + 7;

    private final InMemoryJournal from = new InMemoryJournal();
    private final InMemoryJournal to = new InMemoryJournal();
    private final List<String> closed = new ArrayList<>();
    private final JournalImport journalImport = new JournalImport(
            JournalSettings.Store.JDBC, to, store -> new OpenJournal(from, List.of(() -> closed.add(store.name()))));

    @Test
    void shouldCopyAllExecutionsOfAllStateMachinesWithTheirHistories() throws Exception {
        List<Execution> executions = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            executions.add(ended(from, "moderation", "e" + i, ExecutionStatus.SUCCEEDED));
        }
        executions.add(ended(from, "domains", "shop", ExecutionStatus.ABORTED));
        ended(from, "unknown", "e1", ExecutionStatus.FAILED);
        int written = from.writes();

        ImportedExecutions imported = journalImport.run("dynamodb", STATE_MACHINES);

        assertThat(imported).hasToString(MANY + 1 + " copied, 0 there already, 0 deleted here, 0 in conflict");
        assertThat(executions)
                .allSatisfy(execution -> assertThat(to.find(execution.id())).contains(execution));
        assertThat(to.find(new ExecutionId("unknown", "e1"))).isEmpty();
        assertThat(from.writes()).as("writes to the journal that is read").isEqualTo(written);
        assertThat(closed).containsExactly("DYNAMODB");
        assertThat(journalImport.run("dynamodb", STATE_MACHINES))
                .hasToString("0 copied, " + (MANY + 1) + " there already, 0 deleted here, 0 in conflict");
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnWhereItWasCutOff(InMemoryJournal.Failure failure) throws Exception {
        for (int i = 0; i < 20; i++) {
            ended(from, "moderation", "e" + i, ExecutionStatus.FAILED);
        }
        to.failAt(8, failure);

        assertThatThrownBy(() -> journalImport.run("dynamodb", STATE_MACHINES))
                .isInstanceOf(JournalUnavailableException.class);
        assertThat(closed).hasSize(1);
        ImportedExecutions imported = journalImport.run("dynamodb", STATE_MACHINES);

        assertThat(imported.copied() + imported.present()).isEqualTo(20);
        assertThat(imported.present()).isPositive();
        assertThat(imported.conflicts()).isZero();
        for (int i = 0; i < 20; i++) {
            ExecutionId id = new ExecutionId("moderation", "e" + i);
            assertThat(to.find(id)).isPresent().isEqualTo(from.find(id));
        }
    }

    @Test
    void shouldRefuseAJournalWithAnExecutionThatHasNotEnded() {
        ended(from, "moderation", "e1", ExecutionStatus.SUCCEEDED);
        started(from, "domains", "shop");

        assertThatThrownBy(() -> journalImport.run("dynamodb", STATE_MACHINES))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("An execution of state machine 'domains' has not ended in the journal 'dynamodb'; expected"
                        + " none: choose that journal in each container again, wait until the queues and"
                        + " moderation:list with --status RUNNING and --status IN_DOUBT are empty, then switch all of"
                        + " them");

        assertThat(to.find(new ExecutionId("moderation", "e1"))).isEmpty();
    }

    /** Another container still uses the journal: the index that is asked first does not show it yet. */
    @Test
    void shouldRefuseAnExecutionThatRunsAgain() {
        InMemoryJournal stale = new InMemoryJournal() {
            @Override
            public int inFlight(String stateMachine, int limit) {
                return 0;
            }
        };
        started(stale, "moderation", "running");
        JournalImport late =
                new JournalImport(JournalSettings.Store.JDBC, to, store -> new OpenJournal(stale, List.of()));

        assertThatThrownBy(() -> late.run("dynamodb", STATE_MACHINES))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(
                        "Execution 'running' of state machine 'moderation' has not ended in the journal 'dynamodb'");
        assertThat(to.find(new ExecutionId("moderation", "running"))).isEmpty();
    }

    @Test
    void shouldLeaveWhatTheJournalHasOtherwiseAndNameIt() throws Exception {
        Execution there = ended(from, "moderation", "twice", ExecutionStatus.SUCCEEDED);
        Execution here = started(to, "moderation", "twice");
        Execution older = ended(from, "moderation", "redriven-there", ExecutionStatus.FAILED);
        Execution newer = ended(from, "moderation", "redriven-here", ExecutionStatus.FAILED);
        Execution deleted = ended(from, "moderation", "deleted", ExecutionStatus.FAILED);
        to.restore(older);
        to.restore(newer);
        to.restore(deleted);
        to.delete(deleted);
        redrive(from, older);
        redrive(to, newer);

        ImportedExecutions imported = journalImport.run("dynamodb", STATE_MACHINES);

        assertThat(imported).hasToString("0 copied, 1 there already, 1 deleted here, 2 in conflict");
        assertThat(imported.reasons())
                .containsExactlyInAnyOrder(
                        "Execution 'twice' of state machine 'moderation': another execution has its name, and has"
                                + " started 2026-11-22T10:00:00Z",
                        "Execution 'redriven-there' of state machine 'moderation': it was redriven since it was copied,"
                                + " and is not copied again");
        assertThat(to.find(there.id())).contains(here);
        assertThat(to.find(older.id())).contains(older);
        assertThat(to.find(deleted.id())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    jdbc  | The journal 'jdbc' is the one that etc/org.linkmoderation.journal.cfg chooses; expected the other one
                    mysql | The journal to import from is 'mysql'; expected dynamodb or jdbc
                    """)
    void shouldReadTheOtherJournalOnly(String name, String message) {
        assertThatThrownBy(() -> journalImport.run(name, STATE_MACHINES))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
        assertThat(closed).isEmpty();
    }

    @Test
    void shouldEndWhenTheSettingsChange() {
        ended(from, "moderation", "e1", ExecutionStatus.FAILED);
        journalImport.close();

        assertThatThrownBy(() -> journalImport.run("dynamodb", STATE_MACHINES))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessage("The settings of the journal have changed meanwhile");
        assertThat(to.find(new ExecutionId("moderation", "e1"))).isEmpty();
    }

    private static Execution started(InMemoryJournal journal, String stateMachine, String name) {
        return Recorded.create(
                journal,
                new StartRequest(
                        stateMachine,
                        name,
                        "id of " + name,
                        "message of " + name,
                        ExecutionType.STANDARD,
                        false,
                        "{\"code\":\"a1\"}"),
                START,
                new HistoryEvent(1, START, HistoryEventType.ExecutionStarted, Map.of("input", "{\"code\":\"a1\"}")));
    }

    private static Execution ended(InMemoryJournal journal, String stateMachine, String name, ExecutionStatus status) {
        Execution started = started(journal, stateMachine, name);
        Recorded.end(
                journal,
                started,
                new HistoryEvent(2, START.plusSeconds(1), HistoryEventType.ExecutionFailed, Map.of("error", "E")),
                status);
        return journal.find(started.id()).orElseThrow();
    }

    /** Redriven, and failed again. */
    private static void redrive(InMemoryJournal journal, Execution failed) {
        journal.write(new Transition(
                failed.id(),
                failed.incarnation(),
                2,
                failed.run(),
                failed.run().redriven("message", START),
                List.of(new HistoryEvent(3, START.plusSeconds(2), HistoryEventType.ExecutionRedriven, Map.of())),
                Optional.of("again")));
        Recorded.end(
                journal,
                journal.find(failed.id()).orElseThrow(),
                new HistoryEvent(4, START.plusSeconds(3), HistoryEventType.ExecutionFailed, Map.of("error", "E")),
                ExecutionStatus.FAILED);
    }
}
