package org.linkmoderation;

import java.time.Instant;

/**
 * What keeps a saga from being undone.
 *
 * @param attempts how often its undo was tried, at least 1
 * @param error the name of the error of the last attempt
 * @param cause the cause of that error
 * @param lastAttempt when that was
 */
public record UndoFailure(int attempts, String error, String cause, Instant lastAttempt) {}
