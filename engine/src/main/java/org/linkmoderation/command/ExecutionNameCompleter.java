package org.linkmoderation.command;

import java.util.List;
import java.util.Objects;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;

/**
 * Completes the names of executions of the state machine that the line names: of those that start with what was typed,
 * the newest if nothing was.
 */
@Service
public final class ExecutionNameCompleter implements Completer {
    /** As many as a person looks through; one page of the journal's index, whatever it holds. */
    static final int MOST = 50;

    @Reference
    Executions executions;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        String typed = Objects.requireNonNullElse(line.getCursorArgument(), "")
                .substring(0, Math.max(0, line.getArgumentPosition()));
        try {
            List<String> names =
                    executions
                            .list(ExecutionQuery.all(StateMachineOption.of(line), MOST)
                                    .named(typed))
                            .executions()
                            .stream()
                            .map(ExecutionSummary::name)
                            .toList();
            return new StringsCompleter(names).complete(session, line, candidates);
        } catch (InvalidRequestException | RuntimeException e) {
            // Nothing to offer: the command itself will say what is wrong
            return -1;
        }
    }
}
