package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;

/** Completes the undos of the saga that the line names. */
@Service
public final class UndoCompleter implements Completer {
    @Reference
    Executions executions;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(executions
                            .describe(StateMachineOption.of(line))
                            .undos()
                            .values())
                    .complete(session, line, candidates);
        } catch (InvalidRequestException e) {
            // Nothing to offer: the command itself will say that there is no such state machine
            return -1;
        }
    }
}
