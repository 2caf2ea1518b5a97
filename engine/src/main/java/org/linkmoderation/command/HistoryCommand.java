package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.linkmoderation.Execution;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.VisibleText;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:history}. */
@Service
@Command(
        scope = "moderation",
        name = "history",
        description = "Shows the states that an execution entered, or with --events all that happened")
public final class HistoryCommand extends ExecutionCommand {
    private static final int DETAIL_CHARACTERS = 40;

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
                    .forEach(event ->
                            table.addRow().addContent(event.id(), event.timestamp(), event.type(), detail(event)));
            table.print(session.getConsole());
        } else {
            print(String.join("   ", execution.trail()));
        }
    }

    /** What tells most about an event, on one line. */
    private static String detail(HistoryEvent event) {
        for (String key : new String[] {"name", "error", "resource"}) {
            String value = event.details().get(key);
            if (value != null) {
                return value.length() <= DETAIL_CHARACTERS
                        ? VisibleText.of(value)
                        : VisibleText.of(value.substring(0, DETAIL_CHARACTERS - 1)) + "…";
            }
        }
        return "";
    }
}
