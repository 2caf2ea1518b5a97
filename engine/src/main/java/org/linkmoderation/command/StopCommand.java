package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:stop}. */
@Service
@Command(scope = "moderation", name = "stop", description = "Ends an execution that runs, with status ABORTED")
public final class StopCommand extends ExecutionCommand {
    @Option(name = "--error", description = "The error name to record")
    String error = "";

    @Option(name = "--cause", description = "The cause to record")
    String cause = "";

    @Override
    void run() throws Exception {
        executions.stop(id(name), error, cause);
        printDone(name, "ABORTED");
    }
}
