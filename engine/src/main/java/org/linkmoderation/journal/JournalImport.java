package org.linkmoderation.journal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ImportedExecutions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.view.Audit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies executions from the journal that the settings do not choose into the one that they choose, a page at a time.
 * Only executions that have ended are copied, and only while that journal has no others: so the two never drive the
 * same execution. An import that was cut off is repeated; nothing is copied twice.
 */
public final class JournalImport implements AutoCloseable {
    /** Few, so that executions find connections to the journal meanwhile. */
    private static final int THREADS = 4;

    private static final ImportedExecutions NONE = new ImportedExecutions(0, 0, 0, 0, List.of());
    private static final ImportedExecutions COPIED = new ImportedExecutions(1, 0, 0, 0, List.of());
    private static final ImportedExecutions PRESENT = new ImportedExecutions(0, 1, 0, 0, List.of());
    private static final ImportedExecutions DELETED = new ImportedExecutions(0, 0, 1, 0, List.of());

    private static final Logger LOG = LoggerFactory.getLogger(JournalImport.class);

    private final JournalSettings.Store chosen;
    private final Journal to;
    private final Function<JournalSettings.Store, OpenJournal> sources;
    private volatile boolean isClosed;

    /** The journal that is read, by its name in the settings. */
    private record Source(String name, Journal journal) {}

    /**
     * @param chosen the store that the settings choose
     * @param to the journal in it
     * @param sources opens the journal in another store to read it
     */
    public JournalImport(
            JournalSettings.Store chosen, Journal to, Function<JournalSettings.Store, OpenJournal> sources) {
        this.chosen = chosen;
        this.to = to;
        this.sources = sources;
    }

    /**
     * Copies those executions of state machines that the chosen journal does not have.
     *
     * @param from the journal to read, as the settings name it: {@code dynamodb} or {@code jdbc}
     * @param stateMachines the names of the state machines
     * @return how many were copied, and what became of the others
     * @throws InvalidRequestException if there is no such journal, it is the chosen one, or an execution in it has not
     *     ended; what was copied before that was seen is there
     * @throws JournalException if one of the journals does not answer; the import can be repeated
     * @throws InterruptedException if the thread is interrupted; the import can be repeated
     */
    public ImportedExecutions run(String from, Collection<String> stateMachines)
            throws InvalidRequestException, InterruptedException {
        JournalSettings.Store store = JournalSettings.Store.of(from)
                .orElseThrow(() -> new InvalidRequestException(
                        "The journal to import from is '" + from + "'; expected dynamodb or jdbc"));
        if (store == chosen) {
            throw new InvalidRequestException("The journal '" + from + "' is the one that etc/" + JournalSettings.PID
                    + ".cfg chooses; expected the other one");
        }
        Audit.changed("import-journal", from);
        ExecutorService executor = Executors.newFixedThreadPool(THREADS, runnable -> {
            Thread thread = new Thread(runnable, "link-moderation import from journal " + from);
            thread.setDaemon(true);
            return thread;
        });
        try (OpenJournal open = sources.apply(store)) {
            Source source = new Source(from, open.journal());
            for (String stateMachine : stateMachines) {
                checkEnded(source, stateMachine);
            }
            ImportedExecutions all = NONE;
            for (String stateMachine : stateMachines) {
                all = all.and(copy(source, stateMachine, executor));
            }
            return all;
        } finally {
            executor.shutdownNow();
        }
    }

    private static void checkEnded(Source source, String stateMachine) throws InvalidRequestException {
        if (source.journal.inFlight(stateMachine, 1) > 0) {
            throw notEnded(source, "An execution of state machine '" + stateMachine + "'");
        }
    }

    private static InvalidRequestException notEnded(Source source, String what) {
        return new InvalidRequestException(what + " has not ended in the journal '" + source.name
                + "'; expected none: choose that journal in each container again, wait until the queues and"
                + " moderation:list with --status RUNNING and --status IN_DOUBT are empty, then switch all of them");
    }

    private ImportedExecutions copy(Source source, String stateMachine, ExecutorService executor)
            throws InvalidRequestException, InterruptedException {
        ImportedExecutions all = NONE;
        ExecutionQuery query = ExecutionQuery.all(stateMachine, ExecutionQuery.MAX_LIMIT);
        Optional<String> token = Optional.empty();
        do {
            if (isClosed) {
                throw new JournalUnavailableException("The settings of the journal have changed meanwhile", null);
            }
            ExecutionPage page = source.journal.list(query.page(token));
            List<Callable<ImportedExecutions>> copies = page.executions().stream()
                    .<Callable<ImportedExecutions>>map(
                            execution -> () -> copy(source, new ExecutionId(stateMachine, execution.name())))
                    .toList();
            for (Future<ImportedExecutions> copied : executor.invokeAll(copies)) {
                all = all.and(result(copied));
            }
            LOG.info("Import of state machine {} from journal {}: {}", stateMachine, source.name, all);
            token = page.nextToken();
        } while (token.isPresent());
        checkEnded(source, stateMachine);
        return all;
    }

    private static ImportedExecutions result(Future<ImportedExecutions> copied)
            throws InvalidRequestException, InterruptedException {
        try {
            return copied.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidRequestException refusal) {
                throw refusal;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private ImportedExecutions copy(Source source, ExecutionId id) throws InvalidRequestException {
        Optional<Execution> found = source.journal.find(id);
        if (found.isEmpty()) {
            // It has expired since it was listed
            return NONE;
        }
        Execution execution = found.get();
        if (!execution.status().isFinal()) {
            throw notEnded(source, "Execution '" + id.name() + "' of state machine '" + id.stateMachine() + "'");
        }
        try {
            to.restore(execution);
            return COPIED;
        } catch (ExecutionRecordedException e) {
            return compared(execution, e.execution());
        } catch (ExecutionDeletedException e) {
            return DELETED;
        } catch (JournalRefusedException e) {
            return conflict(execution, e.getMessage());
        }
    }

    /** One that was redriven here since it was copied has more events. */
    private static ImportedExecutions compared(Execution there, Execution here) {
        if (!here.incarnation().equals(there.incarnation())) {
            return conflict(there, "another execution has its name, and has started " + here.startDate());
        }
        return here.events().size() < there.events().size()
                ? conflict(there, "it was redriven since it was copied, and is not copied again")
                : PRESENT;
    }

    private static ImportedExecutions conflict(Execution execution, String reason) {
        String sentence =
                "Execution '" + execution.name() + "' of state machine '" + execution.stateMachine() + "': " + reason;
        LOG.warn(sentence);
        return new ImportedExecutions(0, 0, 0, 1, List.of(sentence));
    }

    /** Ends an import that runs at its next page. */
    @Override
    public void close() {
        isClosed = true;
    }
}
