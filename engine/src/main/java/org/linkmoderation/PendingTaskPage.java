package org.linkmoderation;

import java.util.List;
import java.util.Optional;

/**
 * A page of the tasks that wait for a person's decision. It may hold fewer than were asked for although there is
 * another.
 *
 * @param tasks the tasks, the one first that ends first
 * @param nextToken asks for the next page; empty if this is the last
 */
public record PendingTaskPage(List<PendingTask> tasks, Optional<String> nextToken) {
    /** The largest page. */
    public static final int MAX_LIMIT = 1_000;

    public PendingTaskPage {
        tasks = List.copyOf(tasks);
    }
}
