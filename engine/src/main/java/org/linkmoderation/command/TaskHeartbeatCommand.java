package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:task-heartbeat}. */
@Service
@Command(
        scope = "moderation",
        name = "task-heartbeat",
        description = "Shows that the holder of a task is still at work on it")
public final class TaskHeartbeatCommand extends TaskCommand {
    @Override
    void run() throws Exception {
        executions.sendTaskHeartbeat(token);
        print("The task is still being worked on");
    }
}
