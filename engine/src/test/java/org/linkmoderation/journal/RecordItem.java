package org.linkmoderation.journal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.Execution;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The item that the table of executions has for one. */
public final class RecordItem {
    private RecordItem() {}

    /** The item of an execution with all its events. */
    public static Map<String, AttributeValue> of(Execution execution) {
        return new ExecutionsTable("executions", Duration.ofDays(90))
                .create(execution, execution.events(), "append", Optional.empty())
                .item();
    }
}
