package org.linkmoderation.states;

import org.linkmoderation.HistoryEventType;

/**
 * A kind of task: the history events that Step Functions writes for each of its attempts.
 *
 * @param scheduled announces the attempt, before anything is done outside
 * @param started the attempt begins
 * @param succeeded it gave a result
 * @param failed it failed
 * @param timedOut it took longer than it may
 */
public record TaskKind(
        HistoryEventType scheduled,
        HistoryEventType started,
        HistoryEventType succeeded,
        HistoryEventType failed,
        HistoryEventType timedOut) {
    /** A Lambda function by its ARN. */
    public static final TaskKind LAMBDA_FUNCTION = new TaskKind(
            HistoryEventType.LambdaFunctionScheduled,
            HistoryEventType.LambdaFunctionStarted,
            HistoryEventType.LambdaFunctionSucceeded,
            HistoryEventType.LambdaFunctionFailed,
            HistoryEventType.LambdaFunctionTimedOut);

    /** A service called directly. */
    public static final TaskKind SERVICE_INTEGRATION = new TaskKind(
            HistoryEventType.TaskScheduled,
            HistoryEventType.TaskStarted,
            HistoryEventType.TaskSucceeded,
            HistoryEventType.TaskFailed,
            HistoryEventType.TaskTimedOut);
}
