package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:resolve}. */
@Service
@Command(
        scope = "moderation",
        name = "resolve",
        description = "Marks the undo that keeps a saga in doubt as done, so that the saga goes on behind it")
public final class ResolveCommand extends ExecutionsCommand {
    @Argument(name = "name", required = true, description = "The name of the execution")
    String name;

    @Option(name = "--state", required = true, description = "The undo that counts as done, such as RefundCharge")
    String state;

    @Option(name = "--reason", required = true, description = "Why; it stands in the history")
    String reason;

    @Override
    void run() throws Exception {
        executions.resolve(id(name), state, reason);
        printDone(name, state + " resolved");
    }
}
