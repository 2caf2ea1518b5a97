package org.linkmoderation;

import java.time.Instant;

/**
 * A task that waits for a person's decision.
 *
 * @param id the execution that it belongs to
 * @param state the state that it is the task of
 * @param parameters what it is about, a JSON document
 * @param since since when it waits
 * @param until when it ends with States.Timeout if nobody has decided
 */
public record PendingTask(ExecutionId id, String state, String parameters, Instant since, Instant until) {}
