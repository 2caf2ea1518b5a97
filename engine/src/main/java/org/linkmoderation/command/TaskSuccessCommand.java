package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:task-success}. */
@Service
@Command(scope = "moderation", name = "task-success", description = "Answers a task by its token: it has succeeded")
public final class TaskSuccessCommand extends TaskCommand {
    @Option(name = "-o", aliases = "--output", description = "The result, a JSON document")
    String output = "{}";

    @Override
    void run() throws Exception {
        executions.sendTaskSuccess(token, output);
        print("The task has succeeded");
    }
}
