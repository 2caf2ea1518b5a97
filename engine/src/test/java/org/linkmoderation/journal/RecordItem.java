package org.linkmoderation.journal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.Execution;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The item that the table of executions has for one. */
public final class RecordItem {
    private RecordItem() {}

    /** The item of an execution with all its events. */
    public static Map<String, AttributeValue> of(Execution execution) {
        return new ExecutionsTable("executions", Duration.ofDays(90))
                .create(
                        execution,
                        RecordTail.NONE.after(
                                ExecutionItem.events(execution.incarnation(), execution.events())
                                        .l(),
                                Optional.empty(),
                                Set.of()),
                        "append",
                        Optional.empty())
                .item();
    }
}
