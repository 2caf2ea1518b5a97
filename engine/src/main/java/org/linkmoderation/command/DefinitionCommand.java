package org.linkmoderation.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:definition}. */
@Service
@Command(
        scope = "moderation",
        name = "definition",
        description = "Shows the definition of a state machine, in the Amazon States Language or as a Mermaid diagram")
public final class DefinitionCommand extends ExecutionsCommand {
    @Option(name = "-f", aliases = "--format", description = "asl or mermaid")
    @Completion(
            value = StringsCompleter.class,
            values = {"asl", "mermaid"})
    String format = "asl";

    @Override
    void run() throws Exception {
        JsonNode described = ExecutionJson.stateMachine(executions.describe(stateMachine));
        if (json) {
            print(described);
            return;
        }
        switch (format) {
            case "asl" -> print(described.path("definition"));
            case "mermaid" ->
                session.getConsole()
                        .print(VisibleText.ofLines(described.path("mermaid").asText()));
            default ->
                throw new InvalidRequestException("--format is '" + format + "'; expected one of [asl, mermaid]");
        }
    }
}
