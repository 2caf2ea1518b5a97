package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:task-failure}. */
@Service
@Command(scope = "moderation", name = "task-failure", description = "Answers a task by its token: it has failed")
public final class TaskFailureCommand extends TaskCommand {
    @Option(name = "--error", required = true, description = "The error name, which Retry and Catch match")
    String error;

    @Option(name = "--cause", description = "The cause")
    String cause = "";

    @Override
    void run() throws Exception {
        executions.sendTaskFailure(token, error, cause);
        print("The task has failed");
    }
}
