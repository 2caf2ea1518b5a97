package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.linkmoderation.Executions;

/** Completes the names of the state machines that run in this container. */
@Service
public final class StateMachineCompleter implements Completer {
    @Reference
    Executions executions;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(executions.stateMachines()).complete(session, line, candidates);
    }
}
