package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:delete}. */
@Service
@Command(
        scope = "moderation",
        name = "delete",
        description = "Deletes the record and the history of an execution that has ended")
public final class DeleteCommand extends ExecutionCommand {
    @Override
    void run() throws Exception {
        executions.delete(id(name));
        printDone(name, "deleted");
    }
}
