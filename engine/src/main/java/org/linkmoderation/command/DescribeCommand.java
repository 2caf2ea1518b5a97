package org.linkmoderation.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.linkmoderation.Execution;
import org.linkmoderation.StartRequest;
import org.linkmoderation.view.ExecutionJson;

/** {@code moderation:describe}. */
@Service
@Command(scope = "moderation", name = "describe", description = "Shows the record of an execution")
public final class DescribeCommand extends ExecutionCommand {
    @Override
    void run() throws Exception {
        Execution execution = executions.describe(id(name));
        if (json) {
            print(ExecutionJson.describe(execution));
            return;
        }
        line("Name", execution.name());
        line("State machine", execution.stateMachine());
        line("Status", execution.status().name());
        line("Start date", execution.startDate().toString());
        execution.stopDate().ifPresent(date -> line("Stop date", date.toString()));
        execution.traceparent().flatMap(StartRequest::traceId).ifPresent(trace -> line("Trace", trace));
        line("Trail", String.join("   ", execution.trail()));
        execution.waiting().ifPresent(waiting -> line("Waits for", Waits.inFull(waiting)));
        line("Redrive count", Integer.toString(execution.redriveCount()));
        execution.error().ifPresent(error -> line("Error", error));
        execution.cause().ifPresent(cause -> line("Cause", cause));
        execution
                .doubt()
                .ifPresent(doubt -> line(
                        "In doubt",
                        doubt.attempts() + " failed attempts, the last at " + doubt.lastAttempt() + ": " + doubt.error()
                                + " " + doubt.cause()));
        line("Input", execution.input());
        execution.output().ifPresent(output -> line("Output", output));
    }

    private void line(String label, String value) {
        print(String.format("%-14s %s", label, value));
    }
}
