package org.linkmoderation;

import java.time.Instant;

/**
 * A message that could not become an execution.
 *
 * @param id the id of the message
 * @param date when it was sent
 * @param reason why it is a dead letter
 * @param executionName the name that it gave its execution; empty if none
 * @param text what it says, cut to one line; empty if it is no text
 */
public record DeadLetter(String id, Instant date, String reason, String executionName, String text) {}
