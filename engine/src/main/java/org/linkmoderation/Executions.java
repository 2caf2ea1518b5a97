package org.linkmoderation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What operators do with executions. Shell, JMX and HTTP are views over this port. */
public interface Executions {
    /** How many waiting executions are counted at most. */
    int MAX_COUNTED = 10_000;

    /** How many requests can be sent at once. */
    int MAX_REQUESTS = 100;

    /** The names of the state machines that run in this container. */
    Set<String> stateMachines();

    /**
     * Sends a request to the queue of a state machine.
     *
     * @param stateMachine the state machine
     * @param name the name of the execution; a generated one if empty
     * @param input the input, a JSON document
     * @return the name of the execution
     * @throws InvalidRequestException if the request can never become an execution
     */
    String start(String stateMachine, Optional<String> name, String input) throws InvalidRequestException;

    /**
     * Sends the requests of a text to the queue of a state machine, in one transaction: when this returns the broker
     * has all of them, when it throws none. What can be known of the names by now is checked; a name that is given away
     * while the requests are in the queue makes them dead letters.
     *
     * @param stateMachine the state machine
     * @param name the name of the execution; made from the request's id if empty. In an array the n-th request has
     *     {@code -n} after it
     * @param requestId identifies the request however often it is sent; a generated one if empty. In an array the n-th
     *     request has {@code -n} after it
     * @param traceparent the trace that the requests belong to, as the W3C header of this name says it; what is none is
     *     ignored
     * @param text a JSON object, or an array of 1 to {@value #MAX_REQUESTS} of them
     * @return the names of the executions, in order
     * @throws RequestIdReusedException if the id is that of a request with another input
     * @throws ExecutionAlreadyExistsException if an execution of that name was started by another request
     * @throws InvalidRequestException if one of the requests can never become an execution; it says where
     * @throws RuntimeException if the journal or the broker does not answer; the requests can be sent again, with the
     *     same id
     */
    List<String> startAll(
            String stateMachine,
            Optional<String> name,
            Optional<String> requestId,
            Optional<String> traceparent,
            byte[] text)
            throws InvalidRequestException;

    /**
     * Starts an execution whose record is there when this returns. A second request with the name and the input of an
     * execution that runs starts nothing, and gives that one.
     *
     * @param stateMachine the state machine
     * @param name the name of the execution; a generated one if empty
     * @param input the input, a JSON document
     * @return the execution
     * @throws ExecutionAlreadyExistsException if one of that name has ended, or runs with another input
     * @throws InvalidRequestException if the request can never become an execution
     * @throws RuntimeException if the journal or the broker does not answer; the request can be repeated
     */
    Execution startRecorded(String stateMachine, Optional<String> name, String input) throws InvalidRequestException;

    /**
     * Sends a request for an EXPRESS execution to the queue of a state machine.
     *
     * @param name the name of the execution; a generated one if empty
     * @return the name of the execution
     * @throws InvalidRequestException if the request can never become an execution
     */
    String startExpress(String stateMachine, Optional<String> name, String input) throws InvalidRequestException;

    /**
     * Runs an EXPRESS execution, five minutes at most.
     *
     * @param name the name of the execution; a generated one if empty
     * @return the execution, which has ended
     * @throws InvalidRequestException if the request can never become an execution
     * @throws ServiceUnavailableException if a service that it needs does not answer
     */
    Execution runExpress(String stateMachine, Optional<String> name, String input) throws InvalidRequestException;

    /**
     * What a state machine is.
     *
     * @throws InvalidRequestException if it does not run in this container
     */
    StateMachineDescription describe(String stateMachine) throws InvalidRequestException;

    /**
     * The record and history of an execution.
     *
     * @throws InvalidRequestException if there is no such execution
     */
    Execution describe(ExecutionId id) throws InvalidRequestException;

    /**
     * A page of a list of executions.
     *
     * @throws InvalidRequestException if the limit is out of bounds or the token is none
     */
    ExecutionPage list(ExecutionQuery query) throws InvalidRequestException;

    /**
     * Ends an execution that runs, with status ABORTED. A run that is in flight is stopped by its next write to the
     * journal. A saga is undone before it ends: this begins it.
     *
     * @param id the execution
     * @param error the error name to record; may be empty; cut to 256 characters
     * @param cause the cause to record; may be empty; cut to 32,768 characters
     * @return the status from now on: ABORTED; of a saga, which is being undone, that which it has had
     * @throws InvalidRequestException if it does not run, or is being undone already
     */
    ExecutionStatus stop(ExecutionId id, String error, String cause) throws InvalidRequestException;

    /**
     * Marks the undo that keeps a saga in doubt as done: an operator has done it by hand, or takes responsibility for
     * it. The saga goes on after it.
     *
     * @param id the execution
     * @param undo the state that fails, such as {@code RefundCharge}
     * @param reason why it counts as done; journaled
     * @throws InvalidRequestException if the execution is not in doubt because of this undo, or the reason is blank
     */
    void resolve(ExecutionId id, String undo, String reason) throws InvalidRequestException;

    /**
     * Answers a task that was handed out with a token: it has succeeded.
     *
     * @param taskToken the token; it works once
     * @param output the task's result, a JSON document of at most {@value StartRequest#MAX_INPUT_BYTES} bytes
     * @throws InvalidRequestException {@code InvalidToken} if no task was handed out with it, {@code TaskTimedOut} if
     *     the task is over or has been answered, {@code InvalidOutput} if the output is no JSON or too large
     */
    void sendTaskSuccess(String taskToken, String output) throws InvalidRequestException;

    /**
     * Answers a task that was handed out with a token: it has failed. Retry and Catch of its state apply.
     *
     * @param taskToken the token; it works once
     * @param error the error name, at most 256 characters
     * @param cause the cause, at most 32,768 characters
     * @throws InvalidRequestException {@code InvalidToken} if no task was handed out with it, {@code TaskTimedOut} if
     *     the task is over or has been answered
     */
    void sendTaskFailure(String taskToken, String error, String cause) throws InvalidRequestException;

    /**
     * Shows that the holder of a task is still at work on it: its HeartbeatSeconds count from now.
     *
     * @param taskToken the token
     * @throws InvalidRequestException {@code InvalidToken} if no task was handed out with it, {@code TaskTimedOut} if
     *     the task is over or has been answered
     */
    void sendTaskHeartbeat(String taskToken) throws InvalidRequestException;

    /**
     * The tasks of a state machine that wait for a person's decision.
     *
     * @param stateMachine the state machine
     * @param limit how many on a page, 1 to {@value PendingTaskPage#MAX_LIMIT}
     * @param token the {@link PendingTaskPage#nextToken()} of the page before; empty for the first
     * @throws InvalidRequestException if the limit is out of bounds or the token is none
     */
    PendingTaskPage pendingTasks(String stateMachine, int limit, Optional<String> token) throws InvalidRequestException;

    /**
     * Decides a task that waits for a person's decision. The task succeeds with the result {@code {"approved": …,
     * "decidedBy": …, "decidedAt": …, "reason": …}}, by which it is in the history.
     *
     * @param id the execution that the task belongs to
     * @param decision what was decided, by whom and why; the first decision holds
     * @throws InvalidRequestException if no task of the execution waits for a decision, or the decision can't be
     *     recorded
     */
    void decide(ExecutionId id, Decision decision) throws InvalidRequestException;

    /**
     * Why an execution can't be redriven as it is recorded, in one sentence; empty if it can.
     *
     * @param execution the execution as it was read
     */
    Optional<String> whyNotRedrivable(Execution execution);

    /**
     * Sends a request to let an execution go on at the state where it failed, timed out or was aborted.
     *
     * @throws InvalidRequestException if it runs or has succeeded, or if its state machine does not run in this
     *     container
     */
    void redrive(ExecutionId id) throws InvalidRequestException;

    /**
     * Lets an execution go on at the state where it failed, timed out or was aborted: it runs when this returns.
     *
     * @param token is recorded with the redrive, so that {@link ClientToken#redriveDate} knows it
     * @return the execution
     * @throws InvalidRequestException if it runs or has succeeded, or if its state machine does not run in this
     *     container
     */
    Execution redriveRecorded(ExecutionId id, Optional<ClientToken> token) throws InvalidRequestException;

    /**
     * Deletes the record of an execution that has ended, and its history. Its name can be used again.
     *
     * @throws InvalidRequestException if it runs
     */
    void delete(ExecutionId id) throws InvalidRequestException;

    /**
     * The oldest messages that could not become executions.
     *
     * @param stateMachine the state machine that they were sent to, or the name of a {@link DeadLetterQueue}
     * @param limit how many at the most
     * @throws InvalidRequestException if the state machine does not run in this container
     */
    List<DeadLetter> deadLetters(String stateMachine, int limit) throws InvalidRequestException;

    /**
     * Sends a dead letter to its queue again.
     *
     * @param stateMachine the state machine that it was sent to, or the name of a {@link DeadLetterQueue}
     * @param id the id of the message
     * @throws InvalidRequestException if there is no such dead letter
     */
    void resend(String stateMachine, String id) throws InvalidRequestException;

    /** Asks each service that executions need whether it answers. */
    List<ServiceStatus> status();

    /**
     * How many executions of a state machine wait, holding nothing, by what they wait for, as of a moment ago; those of
     * all containers. At most {@value #MAX_COUNTED} are counted: that many may be more.
     *
     * @throws InvalidRequestException if no such state machine runs in this container
     * @throws RuntimeException if the journal does not answer
     */
    Map<Waiting.Reason, Integer> waiting(String stateMachine) throws InvalidRequestException;

    /**
     * How many executions of a state machine have not ended, in all containers, as of a moment ago. Requests whose
     * record is not there yet do not count.
     *
     * @param stateMachine the state machine
     * @param limit how many are counted at most: that many may be more
     * @throws InvalidRequestException if no such state machine runs in this container
     * @throws RuntimeException if the journal does not answer
     */
    int inFlight(String stateMachine, int limit) throws InvalidRequestException;

    /**
     * How many messages the queue of a state machine holds, as of now.
     *
     * @throws InvalidRequestException if no such state machine runs in this container
     * @throws RuntimeException if the broker does not answer
     */
    QueueSizes queueSizes(String stateMachine) throws InvalidRequestException;
}
