package org.linkmoderation.command;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.support.table.ShellTable;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
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
            values = {"RUNNING", "IN_DOUBT", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})
    List<String> statuses;

    @Option(name = "-l", aliases = "--limit", description = "How many at the most, 1 to 1000")
    int limit = 20;

    @Option(name = "--from", description = "Only those that started then or later, such as 2026-11-22T10:00:00Z")
    String from;

    @Option(name = "--to", description = "Only those that started before then")
    String to;

    @Option(name = "-p", aliases = "--prefix", description = "Only those whose name starts so, in the order of names")
    String prefix = "";

    @Option(name = "-t", aliases = "--next-token", description = "The page that the one before named")
    String nextToken;

    @Override
    void run() throws Exception {
        ExecutionPage page = executions.list(ExecutionQuery.all(stateMachine, limit)
                .in(statuses())
                .between(date("--from", from), date("--to", to))
                .named(prefix)
                .page(Optional.ofNullable(nextToken)));
        if (json) {
            print(ExecutionJson.list(page));
            return;
        }
        ShellTable table = new ShellTable().emptyTableText("No executions");
        table.column("Name").maxSize(44);
        table.column("Status").colorProvider(StatusColor.column(session));
        table.column("Start date");
        table.column("Stop, or waits for");
        page.executions()
                .forEach(execution -> table.addRow()
                        .addContent(
                                execution.name(),
                                execution.status(),
                                execution.startDate().toString().substring(0, 19),
                                execution
                                        .stopDate()
                                        .map(date -> date.toString().substring(0, 19))
                                        .or(() -> execution.waiting().map(Waits::inShort))
                                        .orElse("")));
        table.print(session.getConsole());
        page.nextToken().ifPresent(token -> print("There are more: --next-token " + token));
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

    private static Optional<Instant> date(String option, String value) throws InvalidRequestException {
        try {
            return Optional.ofNullable(value).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new InvalidRequestException(
                    option + " is '" + value + "'; expected a date such as 2026-11-22T10:00:00Z", e);
        }
    }
}
