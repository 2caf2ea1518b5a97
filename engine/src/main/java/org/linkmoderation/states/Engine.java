package org.linkmoderation.states;

import jakarta.jms.ConnectionFactory;
import java.util.function.Function;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.osgi.framework.BundleContext;

/**
 * Runs state machines: makes of a definition its Camel context with queue, drop folder, dead letters, notices and
 * checks, and shows it to operators. An OSGi service.
 */
public interface Engine {
    /**
     * Deploys a state machine. When this returns, its settings and its definition are checked; its routes start in the
     * background, and again until they have started.
     *
     * <p>Of the settings the engine itself reads {@code queue}, {@code consumers}, {@code type}, {@code notices.topic},
     * {@code notices.queue}, {@code inbox}, {@code inbox.min.age.seconds}, {@code inbox.type} and
     * {@code timeout.seconds}.
     *
     * @param settings the settings of the state machine
     * @param definition makes the definition of the settings; called again for each attempt to start
     * @param bundle the bundle of the state machine, whose classes its routes may use
     * @param broker the broker that has its queue
     * @return stops the state machine
     * @throws InvalidSetting if a setting can't be used; it is logged in one sentence
     * @throws InvalidDefinitionException if the definition is broken, or a state machine of that name is deployed; it
     *     is logged in one sentence
     */
    Deployment deploy(
            Settings settings,
            Function<Settings, StateMachineDefinition> definition,
            BundleContext bundle,
            ConnectionFactory broker);

    /** A state machine that is deployed. */
    interface Deployment extends AutoCloseable {
        /** Stops the state machine, and returns when none of its routes runs. */
        @Override
        void close();
    }
}
