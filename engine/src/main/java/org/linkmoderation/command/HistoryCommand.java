package org.linkmoderation.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:history}. */
@Service
@Command(
        scope = "moderation",
        name = "history",
        description = "Shows the states that an execution entered and when, or with --events all that happened")
public final class HistoryCommand extends ExecutionCommand {
    private static final int MILLISECONDS = 1_000;

    @Option(name = "-e", aliases = "--events", description = "Show every event")
    boolean events;

    @Override
    void run() throws Exception {
        Execution execution = executions.describe(id(name));
        if (json) {
            print(events ? ExecutionJson.history(execution.events()) : ExecutionJson.trail(execution));
        } else if (events) {
            ShellTable table = new ShellTable();
            table.column("Id").alignRight();
            table.column("Timestamp");
            table.column("Type");
            table.column("Detail");
            execution
                    .events()
                    .forEach(event -> table.addRow()
                            .addContent(event.id(), event.timestamp(), event.type(), EventDetail.of(event)));
            table.print(session.getConsole());
        } else {
            printTrail(execution);
        }
    }

    private void printTrail(Execution execution) {
        ShellTable table = new ShellTable().emptyTableText("No state was entered");
        table.column("State");
        table.column("Entered");
        table.column("Duration").alignRight();
        List<HistoryEvent> all = execution.events();
        for (int i = 0; i < all.size(); i++) {
            HistoryEvent event = all.get(i);
            if (event.type().isStateEntered()) {
                String duration = left(all.subList(i + 1, all.size()))
                        .map(end -> inWords(Duration.between(event.timestamp(), end)))
                        .orElse("");
                table.addRow().addContent(VisibleText.of(event.details().get("name")), event.timestamp(), duration);
            }
        }
        table.print(session.getConsole());
    }

    /** When a state was left: by its exit, or by what came instead; empty while it is not. */
    private static Optional<Instant> left(List<HistoryEvent> after) {
        return after.stream()
                .filter(event -> event.type().isStateEntered()
                        || event.type().isStateExited()
                        || event.type().isEnd())
                .map(HistoryEvent::timestamp)
                .findFirst();
    }

    private static String inWords(Duration duration) {
        return duration.toMillis() < MILLISECONDS
                ? duration.toMillis() + " ms"
                : String.format(Locale.ROOT, "%d.%03d s", duration.toSeconds(), duration.toMillisPart());
    }
}
