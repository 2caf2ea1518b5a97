package org.linkmoderation.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code moderation:start}. */
@Service
@Command(
        scope = "moderation",
        name = "start",
        description = "Starts an execution: sends a request to the queue of the state machine")
public final class StartCommand extends ExecutionsCommand {
    @Argument(
            name = "input",
            required = true,
            multiValued = true,
            description = "The input, a JSON object such as '{\"code\":\"a1\",\"url\":\"…\"}'")
    List<String> arguments;

    String input;

    @Option(name = "-n", aliases = "--name", description = "The name of the execution; generated if left out")
    String name;

    @Override
    List<String> arguments() {
        return arguments;
    }

    @Override
    void take(String argument) {
        input = argument;
    }

    @Override
    void run() throws Exception {
        String started = executions.start(stateMachine, Optional.ofNullable(name), input);
        if (json) {
            print(JsonNodeFactory.instance.objectNode().put("name", started).put("stateMachine", stateMachine));
        } else {
            print(started);
        }
    }
}
