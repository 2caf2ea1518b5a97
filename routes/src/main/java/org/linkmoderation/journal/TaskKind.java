package org.linkmoderation.journal;

import org.linkmoderation.HistoryEventType;

/** The kinds of task, with the history events that Step Functions writes for each. */
public enum TaskKind {
    /** A Lambda function by its ARN. */
    LAMBDA_FUNCTION(
            HistoryEventType.LambdaFunctionScheduled,
            HistoryEventType.LambdaFunctionStarted,
            HistoryEventType.LambdaFunctionSucceeded,
            HistoryEventType.LambdaFunctionFailed,
            HistoryEventType.LambdaFunctionTimedOut),
    /** An AWS service called directly. */
    SERVICE_INTEGRATION(
            HistoryEventType.TaskScheduled,
            HistoryEventType.TaskStarted,
            HistoryEventType.TaskSucceeded,
            HistoryEventType.TaskFailed,
            HistoryEventType.TaskTimedOut);

    final HistoryEventType scheduled;
    final HistoryEventType started;
    final HistoryEventType succeeded;
    final HistoryEventType failed;
    final HistoryEventType timedOut;

    TaskKind(
            HistoryEventType scheduled,
            HistoryEventType started,
            HistoryEventType succeeded,
            HistoryEventType failed,
            HistoryEventType timedOut) {
        this.scheduled = scheduled;
        this.started = started;
        this.succeeded = succeeded;
        this.failed = failed;
        this.timedOut = timedOut;
    }
}
