package org.linkmoderation;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of executions. It may hold fewer than were asked for although there is another: of those whose name
 * starts with a prefix only so many are looked at for a page.
 *
 * @param executions the executions, in the order of the list
 * @param nextToken asks for the next page; empty if this is the last
 */
public record ExecutionPage(List<ExecutionSummary> executions, Optional<String> nextToken) {
    public ExecutionPage {
        executions = List.copyOf(executions);
    }
}
