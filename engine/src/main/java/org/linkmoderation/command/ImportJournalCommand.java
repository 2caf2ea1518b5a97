package org.linkmoderation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.linkmoderation.ImportedExecutions;
import org.linkmoderation.journal.JournalImport;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:import-journal}. */
@Service
@Command(
        scope = "moderation",
        name = "import-journal",
        description =
                "Copies the executions of all state machines that have ended from the journal that is not chosen into"
                        + " the chosen one")
public final class ImportJournalCommand extends ExecutionsCommand {
    @Reference
    JournalImport journalImport;

    @Argument(name = "from", required = true, multiValued = true, description = "The journal to read: dynamodb or jdbc")
    @Completion(
            value = StringsCompleter.class,
            values = {"dynamodb", "jdbc"})
    List<String> arguments;

    private String from;

    @Override
    List<String> arguments() {
        return arguments;
    }

    @Override
    void take(String argument) {
        from = argument;
    }

    @Override
    void run() throws Exception {
        ImportedExecutions imported = journalImport.run(from, executions.stateMachines());
        if (json) {
            print(ExecutionJson.imported(imported));
        } else {
            print(imported.toString());
            imported.reasons().forEach(this::print);
        }
    }
}
