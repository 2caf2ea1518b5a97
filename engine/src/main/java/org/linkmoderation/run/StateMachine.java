package org.linkmoderation.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;

/** A state machine that runs in this container. Registered as a service while it takes requests. */
public interface StateMachine {
    /** The name, which is also the name of the route that runs it. */
    String name();

    /**
     * Checks the input of an execution before it becomes one.
     *
     * @throws InvalidRequestException if the state machine can't run with it
     */
    void validate(JsonNode input) throws InvalidRequestException;

    /**
     * Whether it is a saga: what an execution has done is undone when it fails or is stopped, for which it must be
     * journaled; and an execution that was undone can't go on.
     */
    default boolean isSaga() {
        return false;
    }

    /** What it is, for those who describe it. */
    StateMachineDescription description();

    /**
     * Starts an execution whose record is there when this returns.
     *
     * @return the execution; of a second request with the name and the input of one that runs, that one
     * @throws InvalidRequestException if one of that name has ended, or runs with another input
     * @throws RuntimeException if the journal or the broker did not answer
     */
    Execution start(StartRequest request) throws InvalidRequestException;

    /**
     * Redrives an execution: it runs when this returns.
     *
     * @param requestId identifies the request
     * @throws InvalidRequestException if it runs or has succeeded
     * @throws RuntimeException if the journal or the broker did not answer
     */
    Execution redrive(Execution found, String requestId) throws InvalidRequestException;

    /**
     * Runs an EXPRESS execution to its end.
     *
     * @throws Exception if it did not come to its end
     */
    Execution runExpress(StartRequest request) throws Exception;

    /**
     * Sends a request to the queue.
     *
     * @throws RuntimeException if the broker did not take it
     */
    void send(StartRequest request);

    /**
     * Sends requests to the queue in one transaction: all of them, or none.
     *
     * @throws RuntimeException if the broker did not take them, or did not say that it has
     */
    void send(List<StartRequest> requests);

    /**
     * Checks that the name of a request is not that of another's execution, as far as the journal knows by now.
     *
     * @throws InvalidRequestException if it is
     * @throws RuntimeException if the journal does not answer
     */
    void checkName(StartRequest request) throws InvalidRequestException;

    /**
     * Sends a wake-up of an execution that waits.
     *
     * @throws RuntimeException if the broker did not take it
     */
    void wake(Wake wake);

    /**
     * The oldest messages that could not become its executions.
     *
     * @param limit how many at the most
     */
    List<DeadLetter> deadLetters(int limit);

    /**
     * Sends a dead letter to its queue again, as it is.
     *
     * @param id the id of the message
     * @throws InvalidRequestException if there is no such dead letter
     */
    void resend(String id) throws InvalidRequestException;

    /**
     * How many messages its queue holds, as of now.
     *
     * @throws RuntimeException if the broker does not answer
     */
    QueueSizes queueSizes();

    /** The services that its executions need, with a question to each. */
    List<ServiceCheck> checks();
}
