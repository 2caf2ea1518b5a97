package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:export}. */
@Service
@Command(
        scope = "moderation",
        name = "export",
        description = "Prints the record of an execution with its whole history as one JSON document")
public final class ExportCommand extends ExecutionCommand {
    @Override
    void run() throws Exception {
        print(ExecutionJson.export(executions.describe(id(name))));
    }
}
