package org.linkmoderation.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.support.table.ShellTable;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:list}. */
@Service
@Command(scope = "moderation", name = "list", description = "Lists executions, newest first")
public final class ListCommand extends ExecutionsCommand {
    @Option(
            name = "-s",
            aliases = "--status",
            multiValued = true,
            description = "Only executions in this status; may be given more than once")
    @Completion(
            value = StringsCompleter.class,
            values = {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})
    List<String> statuses;

    @Option(name = "-l", aliases = "--limit", description = "How many at the most, 1 to 1000")
    int limit = 20;

    @Override
    public Object execute() throws Exception {
        if (limit < 1 || limit > 1_000) {
            throw new InvalidRequestException("--limit is " + limit + "; expected 1 to 1000");
        }
        List<ExecutionSummary> list = executions.list(machine, statuses(), limit);
        if (json) {
            print(ExecutionJson.list(list));
            return null;
        }
        ShellTable table = new ShellTable().emptyTableText("No executions");
        table.column("Name").maxSize(45);
        table.column("Status");
        table.column("Start date");
        table.column("Stop date");
        list.forEach(execution -> table.addRow()
                .addContent(
                        execution.name(),
                        execution.status(),
                        execution.startDate().toString().substring(0, 19),
                        execution
                                .stopDate()
                                .map(date -> date.toString().substring(0, 19))
                                .orElse("")));
        table.print(session.getConsole());
        return null;
    }

    private Set<ExecutionStatus> statuses() throws InvalidRequestException {
        Set<ExecutionStatus> wanted = EnumSet.noneOf(ExecutionStatus.class);
        for (String status : statuses == null ? List.<String>of() : statuses) {
            try {
                wanted.add(ExecutionStatus.valueOf(status.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new InvalidRequestException(
                        "--status is '" + status + "'; expected one of " + List.of(ExecutionStatus.values()), e);
            }
        }
        return wanted;
    }
}
