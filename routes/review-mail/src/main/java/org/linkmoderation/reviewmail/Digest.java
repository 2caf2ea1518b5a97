package org.linkmoderation.reviewmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingTask;
import org.linkmoderation.component.VisibleText;

/**
 * What waits for a decision, as a mail shows it. Most of it was written by strangers, some of them attackers: it is
 * plain text, one line per member, without characters that are not seen, without anything that a mail program makes a
 * link of, and of bounded length. None of it is in a header.
 */
final class Digest {
    /** The property of the exchange that has the list of tasks. */
    static final String TASKS = "tasks";

    /** The property of the exchange that says how many tasks wait: {@code 2 tasks wait}. */
    static final String COUNT = "count";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_MEMBERS = 10;
    private static final int MAX_VALUE_CHARACTERS = 300;

    private final Executions executions;
    private final MailSettings settings;

    Digest(Executions executions, MailSettings settings) {
        this.executions = executions;
        this.settings = settings;
    }

    /** Reads what waits by now: the list and the count, and how many are shown as the body. */
    void read(Exchange exchange) throws InvalidRequestException {
        List<PendingTask> found = PendingTasks.first(executions, settings.stateMachine(), settings.maxTasks() + 1);
        boolean hasMore = found.size() > settings.maxTasks();
        List<PendingTask> shown = hasMore ? found.subList(0, settings.maxTasks()) : found;
        exchange.setProperty(COUNT, count(shown.size(), hasMore));
        exchange.setProperty(TASKS, shown.stream().map(Digest::text).collect(Collectors.joining("\n")));
        exchange.getMessage().setBody(shown.size());
    }

    private static String count(int shown, boolean hasMore) {
        return hasMore ? "More than " + shown + " tasks wait" : shown == 1 ? "1 task waits" : shown + " tasks wait";
    }

    private static String text(PendingTask task) {
        StringBuilder text = new StringBuilder();
        text.append(harmless(task.id().name())).append("   since ").append(task.since());
        text.append(", until ").append(task.until()).append('\n');
        try {
            JSON.readTree(task.parameters()).properties().stream()
                    .limit(MAX_MEMBERS)
                    .forEach(member -> text.append("    ")
                            .append(harmless(member.getKey()))
                            .append(": ")
                            .append(harmless(value(member.getValue())))
                            .append('\n'));
        } catch (JsonProcessingException e) {
            text.append("    ").append(harmless(task.parameters())).append('\n');
        }
        return text.toString();
    }

    private static String value(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** A URL can be read, but not clicked: {@code https[:]//example[.]org/}. */
    static String harmless(String text) {
        boolean isLong = text.length() > MAX_VALUE_CHARACTERS;
        String cut = isLong ? text.substring(0, MAX_VALUE_CHARACTERS) : text;
        return VisibleText.of(cut).replace(":", "[:]").replace(".", "[.]").replace("@", "[@]") + (isLong ? "…" : "");
    }
}
