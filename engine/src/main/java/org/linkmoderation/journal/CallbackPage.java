package org.linkmoderation.journal;

import java.util.List;
import java.util.Optional;
import org.linkmoderation.ExecutionId;

/**
 * A page of the executions that wait for the answer to a task.
 *
 * @param executions their ids, the one first whose task ends first
 * @param nextToken asks for the next page; empty if this is the last
 */
public record CallbackPage(List<ExecutionId> executions, Optional<String> nextToken) {
    public CallbackPage {
        executions = List.copyOf(executions);
    }
}
