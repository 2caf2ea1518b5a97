package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;

/** A command about a task that was handed out with a token. */
abstract class TaskCommand extends ExecutionsCommand {
    @Argument(name = "token", required = true, multiValued = true, description = "The token of the task")
    List<String> arguments;

    /** The task's token. */
    String token;

    @Override
    final List<String> arguments() {
        return arguments;
    }

    @Override
    final void take(String argument) {
        token = argument;
    }
}
