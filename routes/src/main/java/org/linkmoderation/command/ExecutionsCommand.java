package org.linkmoderation.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.linkmoderation.Executions;
import org.linkmoderation.view.ExecutionJson;

/** A command over {@link Executions}, with a form for people and one for programs. */
abstract class ExecutionsCommand implements Action {
    @Reference
    Executions executions;

    @Reference
    Session session;

    @Option(name = "--json", description = "Print JSON")
    boolean json;

    @Option(name = "-m", aliases = "--machine", description = "The state machine")
    String machine = "moderation";

    final void print(JsonNode document) {
        session.getConsole().println(ExecutionJson.text(document));
    }

    final void print(String line) {
        session.getConsole().println(line);
    }
}
