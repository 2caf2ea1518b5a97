package org.linkmoderation;

/**
 * The type of a history event: the names of Step Functions' {@code HistoryEvent}, and some of our own:
 * {@link #ExecutionResumed} for what Step Functions never shows (a container took the execution up where another had
 * left it), and those of sagas.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html">HistoryEvent</a>
 */
public enum HistoryEventType {
    ExecutionStarted("executionStartedEventDetails"),
    ExecutionResumed("executionResumedEventDetails"),
    ExecutionRedriven("executionRedrivenEventDetails"),
    TaskStateEntered("stateEnteredEventDetails"),
    LambdaFunctionScheduled("lambdaFunctionScheduledEventDetails"),
    LambdaFunctionStarted("lambdaFunctionStartedEventDetails"),
    LambdaFunctionSucceeded("lambdaFunctionSucceededEventDetails"),
    LambdaFunctionFailed("lambdaFunctionFailedEventDetails"),
    LambdaFunctionTimedOut("lambdaFunctionTimedOutEventDetails"),
    TaskScheduled("taskScheduledEventDetails"),
    TaskStarted("taskStartedEventDetails"),
    /** A task that is answered by its token was handed over. */
    TaskSubmitted("taskSubmittedEventDetails"),
    TaskSucceeded("taskSucceededEventDetails"),
    TaskFailed("taskFailedEventDetails"),
    TaskTimedOut("taskTimedOutEventDetails"),
    TaskStateExited("stateExitedEventDetails"),
    ChoiceStateEntered("stateEnteredEventDetails"),
    ChoiceStateExited("stateExitedEventDetails"),
    WaitStateEntered("stateEnteredEventDetails"),
    WaitStateExited("stateExitedEventDetails"),
    PassStateEntered("stateEnteredEventDetails"),
    PassStateExited("stateExitedEventDetails"),
    FailStateEntered("stateEnteredEventDetails"),
    /** A saga has begun: {@code lra} is what its coordinator knows it by. */
    SagaStarted("sagaStartedEventDetails"),
    /** All that a saga is to do is done; its coordinator is about to be asked to close it. */
    SagaClosing("sagaClosingEventDetails"),
    /**
     * What a saga has done is to be undone; its execution ends with {@code status}, {@code error} and {@code cause}.
     */
    SagaCancelling("sagaCancellingEventDetails"),
    /** An operator answers for the undo {@code name} being done, for a {@code reason}. */
    UndoResolved("undoResolvedEventDetails"),
    ExecutionSucceeded("executionSucceededEventDetails"),
    ExecutionFailed("executionFailedEventDetails"),
    ExecutionTimedOut("executionTimedOutEventDetails"),
    ExecutionAborted("executionAbortedEventDetails");

    private final String detailsName;

    HistoryEventType(String detailsName) {
        this.detailsName = detailsName;
    }

    /** The member of a {@code HistoryEvent} in JSON that holds the details of an event of this type. */
    public String detailsName() {
        return detailsName;
    }

    /** Whether an event of this type says that a state was left. */
    public boolean isStateExited() {
        return this == TaskStateExited
                || this == ChoiceStateExited
                || this == WaitStateExited
                || this == PassStateExited;
    }

    /** Whether an event of this type says that the execution has ended. */
    public boolean isEnd() {
        return this == ExecutionSucceeded
                || this == ExecutionFailed
                || this == ExecutionTimedOut
                || this == ExecutionAborted;
    }

    /** Whether an event of this type says that a state was entered. */
    public boolean isStateEntered() {
        return this == TaskStateEntered
                || this == ChoiceStateEntered
                || this == WaitStateEntered
                || this == PassStateEntered
                || this == FailStateEntered;
    }
}
