package org.linkmoderation;

/**
 * How many messages the queue of a state machine holds.
 *
 * @param requests requests that wait or are worked on
 * @param deadLetters messages that could not become executions
 */
public record QueueSizes(long requests, long deadLetters) {}
