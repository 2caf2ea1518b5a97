package org.linkmoderation.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.view.ExecutionJson;

/** A command over {@link Executions}, with a form for people and one for programs. */
abstract class ExecutionsCommand implements Action {
    @Reference
    Executions executions;

    @Reference
    Session session;

    @Option(name = "--json", description = "Print JSON")
    boolean json;

    @Option(name = StateMachineOption.NAME, aliases = StateMachineOption.ALIAS, description = "The state machine")
    @Completion(StateMachineCompleter.class)
    String stateMachine = StateMachineOption.DEFAULT;

    /** What follows the options that the shell has read: the argument, and further options. */
    List<String> arguments() {
        return List.of();
    }

    /** How many arguments it takes at the most. */
    int maxArguments() {
        return 1;
    }

    /** Takes an argument. */
    void take(String argument) {
        throw new IllegalStateException("A command with an argument takes it");
    }

    /** What the command does. */
    abstract void run() throws Exception;

    @Override
    public final Object execute() throws Exception {
        List<String> others = TrailingOptions.set(this, arguments());
        if (others.size() > maxArguments()) {
            throw new CommandException("Too many arguments specified: " + others.get(maxArguments()));
        }
        others.forEach(this::take);
        try {
            run();
            return null;
        } catch (InvalidRequestException e) {
            // Told to who typed it; nothing for the log of the container
            throw new CommandException(VisibleText.of(e.getMessage()), e);
        }
    }

    final ExecutionId id(String name) {
        return new ExecutionId(stateMachine, name);
    }

    final void print(JsonNode document) {
        session.getConsole().println(ExecutionJson.text(document));
    }

    final void print(String line) {
        session.getConsole().println(VisibleText.of(line));
    }

    /** Says what was done with an execution. */
    final void printDone(String name, String result) {
        if (json) {
            print(JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("stateMachine", stateMachine)
                    .put("result", result));
        } else {
            print(name + " " + result);
        }
    }
}
