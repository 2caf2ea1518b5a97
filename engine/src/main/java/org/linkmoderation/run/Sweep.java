package org.linkmoderation.run;

import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.journal.JournalRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the executions that run and have nobody: whose wake-up was lost, purged or never sent, whose run died with its
 * message, or which wait for longer than a message does. Each node sweeps; of those that find the same execution, one
 * wakes it.
 */
public final class Sweep implements Processor {
    private static final int PER_ROUND = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final String stateMachine;
    private final Journal journal;
    private final ExecutionRunner runner;
    private final Consumer<Wake> wakes;
    private final Clock clock;

    /**
     * @param stateMachine the name of the state machine
     * @param journal the journal
     * @param runner says what is to be done with what is found
     * @param wakes sends a wake-up
     * @param clock the clock
     */
    public Sweep(String stateMachine, Journal journal, ExecutionRunner runner, Consumer<Wake> wakes, Clock clock) {
        this.stateMachine = stateMachine;
        this.journal = journal;
        this.runner = runner;
        this.wakes = wakes;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        try {
            while (round() == PER_ROUND && !exchange.getContext().isStopping()) {
                // There may be more
            }
        } catch (JournalRefusedException e) {
            LOG.error(
                    "The sweep of {} can't look for executions that wait: {}. Does the table of executions have the index"
                            + " by-wake?",
                    stateMachine,
                    e.getMessage());
        } catch (JournalException e) {
            LOG.debug("The sweep of {} found no journal: {}", stateMachine, e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("The sweep of {} was cut short: {}", stateMachine, e.getMessage());
        }
    }

    private int round() {
        List<ExecutionId> due = journal.due(stateMachine, clock.instant(), PER_ROUND);
        for (ExecutionId id : due) {
            journal.find(id).flatMap(runner::sweep).ifPresent(wakes);
        }
        return due.size();
    }
}
