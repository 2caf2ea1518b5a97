package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.linkmoderation.ExecutionStatus;

/** {@code moderation:stop}. */
@Service
@Command(
        scope = "moderation",
        name = "stop",
        description = "Ends an execution that runs, with status ABORTED; a saga is undone before it ends")
public final class StopCommand extends ExecutionCommand {
    @Option(name = "--error", description = "The error name to record")
    String error = "";

    @Option(name = "--cause", description = "The cause to record")
    String cause = "";

    @Override
    void run() throws Exception {
        ExecutionStatus status = executions.stop(id(name), error, cause);
        printDone(name, status == ExecutionStatus.ABORTED ? status.name() : "is being undone");
    }
}
