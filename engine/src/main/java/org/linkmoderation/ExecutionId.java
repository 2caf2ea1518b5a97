package org.linkmoderation;

/**
 * What identifies an execution.
 *
 * @param stateMachine the name of its state machine
 * @param name its name, unique within the state machine
 */
public record ExecutionId(String stateMachine, String name) {
    @Override
    public String toString() {
        return stateMachine + " " + name;
    }
}
