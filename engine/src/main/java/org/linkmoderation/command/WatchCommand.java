package org.linkmoderation.command;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.Waiting;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:watch}. */
@Service
@Command(
        scope = "moderation",
        name = "watch",
        description =
                "Follows an execution to its end, event by event, and fails if it does not succeed; Ctrl-C ends it")
public final class WatchCommand extends ExecutionCommand {
    /** Each look reads the whole record. */
    private static final long MILLISECONDS = 1_000;

    @Override
    void run() throws Exception {
        int seen = 0;
        Optional<Waiting> said = Optional.empty();
        try {
            while (true) {
                Execution execution = executions.describe(id(name));
                // Deleted, and the name used again
                seen = Math.min(seen, execution.events().size());
                for (HistoryEvent event :
                        execution.events().subList(seen, execution.events().size())) {
                    say(event);
                }
                seen = execution.events().size();
                if (!json && !execution.waiting().equals(said)) {
                    execution.waiting().ifPresent(waiting -> print("waits for " + Waits.inFull(waiting)));
                    said = execution.waiting();
                }
                if (execution.status().isFinal()) {
                    end(execution);
                    return;
                }
                Thread.sleep(MILLISECONDS);
            }
        } catch (InterruptedException e) {
            // Ctrl-C: whoever watched has seen enough
            Thread.currentThread().interrupt();
        }
    }

    private void say(HistoryEvent event) {
        if (json) {
            print(ExecutionJson.event(event).toString());
        } else {
            print(String.format("%s  %-24s %s", event.timestamp(), event.type(), EventDetail.of(event)));
        }
    }

    private void end(Execution execution) throws CommandException {
        if (!json) {
            session.getConsole().println(StatusColor.of(execution.status(), session));
        }
        if (execution.status() != ExecutionStatus.SUCCEEDED) {
            throw new CommandException("The execution '" + name + "' has status " + execution.status());
        }
    }
}
