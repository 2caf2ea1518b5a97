package org.linkmoderation.reviewmail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.PendingTask;
import org.linkmoderation.PendingTaskPage;

/** What waits for a decision of people. */
final class PendingTasks {
    private PendingTasks() {}

    /**
     * The first tasks, the one first that ends first.
     *
     * @param limit how many at the most
     * @throws InvalidRequestException if the state machine does not run in this container
     */
    static List<PendingTask> first(Executions executions, String stateMachine, int limit)
            throws InvalidRequestException {
        List<PendingTask> tasks = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            // A page may hold fewer than were asked for although there is another
            PendingTaskPage page = executions.pendingTasks(stateMachine, limit - tasks.size(), token);
            tasks.addAll(page.tasks());
            token = page.nextToken();
        } while (token.isPresent() && tasks.size() < limit);
        return tasks;
    }
}
