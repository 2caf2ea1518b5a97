package org.linkmoderation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.linkmoderation.run.Wake;

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

    /**
     * Sends a request to the queue.
     *
     * @throws RuntimeException if the broker did not take it
     */
    void send(StartRequest request);

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
