package org.linkmoderation;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What operators do with executions. Shell, JMX and HTTP are views over this port. */
public interface Executions {
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
     * The record and history of an execution.
     *
     * @throws InvalidRequestException if there is no such execution
     */
    Execution describe(String stateMachine, String name) throws InvalidRequestException;

    /**
     * Executions of a state machine, newest first.
     *
     * @param stateMachine the state machine
     * @param statuses the statuses wanted; all if empty
     * @param limit how many at the most, 1 to 1,000
     */
    List<ExecutionSummary> list(String stateMachine, Set<ExecutionStatus> statuses, int limit);

    /** Asks each service that executions need whether it answers. */
    List<ServiceStatus> status();
}
