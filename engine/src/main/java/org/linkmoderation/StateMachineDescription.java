package org.linkmoderation;

import java.time.Instant;

/**
 * What a state machine is, for those who list and describe state machines.
 *
 * @param name its name
 * @param isSaga whether it is a saga, whose executions can be neither redriven nor EXPRESS
 * @param deployed when it was deployed in this container
 * @param definition its definition in the Amazon States Language, a JSON document
 * @see <a href="https://states-language.net/spec.html">Amazon States Language</a>
 */
public record StateMachineDescription(String name, boolean isSaga, Instant deployed, String definition) {}
