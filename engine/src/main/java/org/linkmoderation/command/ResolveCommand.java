package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;

/** {@code moderation:resolve}. */
@Service
@Command(
        scope = "moderation",
        name = "resolve",
        description = "Marks the undo that keeps a saga in doubt as done, so that the saga goes on after it")
public final class ResolveCommand extends ExecutionCommand {
    /** Required, but not by the shell: it would look for the options before the name alone. */
    @Option(name = "--state", description = "The undo that counts as done, such as RefundCharge (required)")
    @Completion(UndoCompleter.class)
    String state;

    @Option(name = "--reason", description = "Why it counts as done; kept in the history (required)")
    String reason;

    @Override
    void run() throws Exception {
        require("--state", state);
        require("--reason", reason);
        executions.resolve(id(name), state, reason);
        printDone(name, state + " resolved");
    }

    private static void require(String option, String value) throws CommandException {
        if (value == null) {
            throw new CommandException("Option " + option + " is required");
        }
    }
}
