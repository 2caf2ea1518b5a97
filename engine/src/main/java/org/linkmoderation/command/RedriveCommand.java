package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:redrive}. */
@Service
@Command(
        scope = "moderation",
        name = "redrive",
        description = "Lets an execution that failed, timed out or was aborted go on where it ended")
public final class RedriveCommand extends ExecutionCommand {
    @Override
    void run() throws Exception {
        executions.redrive(id(name));
        printDone(name, "redrive requested");
    }
}
