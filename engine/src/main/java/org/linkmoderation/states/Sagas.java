package org.linkmoderation.states;

import java.util.List;
import org.linkmoderation.ServiceCheck;

/**
 * What the sagas of this container have in common: their coordinator, and the address where it calls. An OSGi service,
 * another one when the settings of PID {@value #PID} change; the component of a state machine that is a saga refers to
 * it, and hands it to the definition.
 */
public interface Sagas {
    /** The settings: where the coordinator is, the address where it calls, and the secret that both share. */
    String PID = "org.linkmoderation.coordinator";

    /** The checks whether the coordinator answers, and whether it can call. */
    List<ServiceCheck> checks();
}
