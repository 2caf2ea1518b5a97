package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;

/** A command about one execution. */
abstract class ExecutionCommand extends ExecutionsCommand {
    @Argument(name = "name", required = true, multiValued = true, description = "The name of the execution")
    @Completion(ExecutionNameCompleter.class)
    List<String> arguments;

    /** The execution's name. */
    String name;

    @Override
    final List<String> arguments() {
        return arguments;
    }

    @Override
    final void take(String argument) {
        name = argument;
    }
}
