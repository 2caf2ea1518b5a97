package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:dead-letters}. */
@Service
@Command(
        scope = "moderation",
        name = "dead-letters",
        description = "Lists the messages that could not become executions, with the reasons, or sends one again")
public final class DeadLettersCommand extends ExecutionsCommand {
    @Option(name = "-r", aliases = "--resend", description = "The id of the message to send to its queue again")
    String resend;

    @Option(name = "-l", aliases = "--limit", description = "How many at the most")
    int limit = 20;

    @Override
    void run() throws Exception {
        if (resend != null) {
            executions.resend(stateMachine, resend);
            printDone(resend, "sent again");
            return;
        }
        List<DeadLetter> letters = executions.deadLetters(stateMachine, limit);
        if (json) {
            print(ExecutionJson.deadLetters(letters));
            return;
        }
        ShellTable table = new ShellTable().emptyTableText("No dead letters");
        table.column("Message id").maxSize(40);
        table.column("Execution").maxSize(15);
        table.column("Reason").maxSize(39);
        letters.forEach(letter -> table.addRow()
                .addContent(
                        VisibleText.of(letter.id()),
                        VisibleText.of(letter.executionName()),
                        VisibleText.of(letter.reason())));
        table.print(session.getConsole());
    }
}
