package org.linkmoderation.run;

import org.linkmoderation.ExecutionId;
import org.slf4j.MDC;

/** What the log lines of a run carry in their MDC: the state machine, the execution's name, the state. */
final class RunContext {
    private static final String STATE_MACHINE = "stateMachine";
    private static final String EXECUTION = "execution";
    private static final String STATE = "state";

    private RunContext() {}

    /** The log lines of this thread are of a run of this execution, until {@link #clear()}. */
    static void set(ExecutionId id) {
        MDC.put(STATE_MACHINE, id.stateMachine());
        MDC.put(EXECUTION, id.name());
    }

    /** The run has entered a state, perhaps on another thread than it began on. */
    static void enter(ExecutionId id, String state) {
        set(id);
        MDC.put(STATE, state);
    }

    /** The run has left the state. */
    static void exit() {
        MDC.remove(STATE);
    }

    /** The log lines of this thread belong to no run any more. */
    static void clear() {
        MDC.remove(STATE_MACHINE);
        MDC.remove(EXECUTION);
        MDC.remove(STATE);
    }
}
