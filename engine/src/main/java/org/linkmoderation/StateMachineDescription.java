package org.linkmoderation;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a state machine is, for those who list and describe state machines.
 *
 * @param name its name
 * @param isSaga whether it is a saga, whose executions can be neither redriven nor EXPRESS
 * @param deployed when it was deployed in this container
 * @param definition its definition in the Amazon States Language, a JSON document
 * @param undos the steps of a saga, in order, each with the state that undoes it; steps without an undo are left out
 * @param failState the Fail state that a saga ends in when it is undone; empty if it is no saga
 * @see <a href="https://states-language.net/spec.html">Amazon States Language</a>
 */
public record StateMachineDescription(
        String name,
        boolean isSaga,
        Instant deployed,
        String definition,
        Map<String, String> undos,
        Optional<String> failState) {
    public StateMachineDescription {
        undos = Collections.unmodifiableMap(new LinkedHashMap<>(undos));
    }

    /** A state machine that undoes nothing. */
    public StateMachineDescription(String name, boolean isSaga, Instant deployed, String definition) {
        this(name, isSaga, deployed, definition, Map.of(), Optional.empty());
    }

    /** Whether its executions can be redriven once they have failed; those of a saga were undone then. */
    public boolean isRedrivable() {
        return !isSaga;
    }
}
