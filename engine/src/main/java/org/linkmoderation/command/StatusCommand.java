package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.table.ShellTable;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:status}. */
@Service
@Command(
        scope = "moderation",
        name = "status",
        description = "Asks each service that executions need whether it answers; fails if one does not")
public final class StatusCommand extends ExecutionsCommand {
    @Override
    void run() throws Exception {
        List<ServiceStatus> statuses = executions.status();
        if (json) {
            print(ExecutionJson.status(statuses));
        } else {
            ShellTable table = new ShellTable().emptyTableText("No state machine runs in this container");
            table.column("Service").maxSize(45);
            table.column("Ok");
            table.column("Detail").maxSize(45);
            statuses.forEach(status -> table.addRow()
                    .addContent(status.service(), status.ok() ? "yes" : "NO", VisibleText.of(status.detail())));
            table.print(session.getConsole());
        }
        if (statuses.isEmpty() || !statuses.stream().allMatch(ServiceStatus::ok)) {
            throw new CommandException("Not everything that executions need is there");
        }
    }
}
