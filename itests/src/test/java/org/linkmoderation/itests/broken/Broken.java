package org.linkmoderation.itests.broken;

import jakarta.jms.ConnectionFactory;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.StateMachineBuilder;
import org.linkmoderation.states.StateMachineDefinition;
import org.osgi.framework.BundleContext;

/** A state machine whose definition is broken in the way that its setting {@code fault} names. */
public final class Broken {
    static final String PID = "org.linkmoderation.broken";

    /** Called by Declarative Services, as {@link BrokenBundle} describes it. */
    public Broken(Engine engine, BundleContext bundle, ConnectionFactory broker, Map<String, ?> properties) {
        engine.deploy(new Settings(PID, properties), Broken::definition, bundle, broker);
    }

    private static StateMachineDefinition definition(Settings settings) {
        String fault = settings.text("fault", "", Pattern.compile(".+"), "the name of a fault");
        return StateMachineDefinition.named("broken")
                .input(input -> {})
                .routes(
                        switch (fault) {
                            case "same-name" -> new SameName();
                            case "never-entered" -> new NeverEntered();
                            case "no-kind" -> new NoKind();
                            default -> throw new IllegalArgumentException(fault);
                        })
                .build();
    }

    private static final class SameName extends StateMachineBuilder {
        @Override
        public void configure() {
            from("direct:broken").routeId("broken").to("direct:Pause");
            waitSeconds("Pause", 1);
            waitSeconds("Pause", 2);
        }
    }

    private static final class NeverEntered extends StateMachineBuilder {
        @Override
        public void configure() {
            from("direct:broken").routeId("broken").to("direct:Pause");
            waitSeconds("Pause", 1);
            waitSeconds("Forgotten", 2);
        }
    }

    private static final class NoKind extends StateMachineBuilder {
        @Override
        public void configure() {
            from("direct:broken").routeId("broken").to("direct:Notify");
            task("Notify").to("log:notify");
        }
    }
}
