package org.linkmoderation.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.linkmoderation.Decision;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.view.ContainerUser;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:review}. */
@Service
@Command(
        scope = "moderation",
        name = "review",
        description = "Lists the tasks that wait for a person's decision; with --approve or --reject, decides some")
public final class ReviewCommand extends ExecutionsCommand {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Argument(name = "names", multiValued = true, description = "The names of the executions that are decided")
    List<String> arguments;

    @Option(name = "-a", aliases = "--approve", description = "Approve the executions that are named")
    boolean approve;

    @Option(name = "-r", aliases = "--reject", description = "Reject the executions that are named; needs --reason")
    boolean reject;

    @Option(name = "--reason", description = "Why; it is in the history and on the link")
    String reason = "";

    @Option(name = "-l", aliases = "--limit", description = "How many are listed at the most, 1 to 1000")
    int limit = 20;

    @Option(name = "-t", aliases = "--next-token", description = "The page that the one before named")
    String nextToken;

    private final List<String> names = new ArrayList<>();

    @Override
    List<String> arguments() {
        return arguments == null ? List.of() : arguments;
    }

    @Override
    int maxArguments() {
        return Integer.MAX_VALUE;
    }

    @Override
    void take(String argument) {
        names.add(argument);
    }

    @Override
    void run() throws Exception {
        if (approve && reject) {
            throw new InvalidRequestException("Both --approve and --reject are given; expected one of them");
        }
        if (!approve && !reject) {
            if (!names.isEmpty()) {
                throw new InvalidRequestException(
                        "Executions are named, but not what is decided; expected --approve or --reject");
            }
            list();
            return;
        }
        if (names.isEmpty()) {
            throw new InvalidRequestException("No execution is named; expected the names of those that are decided");
        }
        decide(new Decision(approve, ContainerUser.name(), reason));
    }

    private void decide(Decision decision) throws InvalidRequestException, CommandException {
        decision.check();
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        List<String> refusals = new ArrayList<>();
        for (String name : names) {
            ObjectNode result = results.addObject().put("name", name).put("stateMachine", stateMachine);
            try {
                executions.decide(id(name), decision);
                result.put("result", decision.approved() ? "approved" : "rejected");
                if (!json) {
                    print(name + (decision.approved() ? " approved" : " rejected"));
                }
            } catch (InvalidRequestException e) {
                result.put("result", "refused").put("reason", e.getMessage());
                refusals.add(e.getMessage());
            }
        }
        if (json) {
            print(results);
        }
        if (!refusals.isEmpty()) {
            throw new CommandException(VisibleText.of(String.join(". ", refusals)));
        }
    }

    private void list() throws Exception {
        PendingTaskPage page = executions.pendingTasks(stateMachine, limit, Optional.ofNullable(nextToken));
        if (json) {
            print(ExecutionJson.pendingTasks(page));
            return;
        }
        if (page.tasks().isEmpty() && page.nextToken().isEmpty()) {
            print("Nothing waits for a decision");
        }
        Instant now = Instant.now();
        for (PendingTask task : page.tasks()) {
            print(task.id().name() + "   " + task.state() + " for " + age(Duration.between(task.since(), now))
                    + ", until " + task.until());
            JsonNode parameters = JSON.readTree(task.parameters());
            parameters
                    .properties()
                    .forEach(member -> print(String.format("    %-12s %s", member.getKey(), text(member.getValue()))));
        }
        page.nextToken().ifPresent(token -> print("There are more: --next-token " + token));
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** {@code 2 d 5 h}, {@code 5 h 12 min} or {@code 12 min}. */
    private static String age(Duration age) {
        return age.toDays() > 0
                ? age.toDays() + " d " + age.toHoursPart() + " h"
                : age.toHours() > 0 ? age.toHours() + " h " + age.toMinutesPart() + " min" : age.toMinutes() + " min";
    }
}
