package org.linkmoderation.deployment;

import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.component.Supervisor;
import org.linkmoderation.journal.Journal;
import org.linkmoderation.run.StateMachine;
import org.linkmoderation.states.Engine;
import org.linkmoderation.states.InvalidDefinitionException;
import org.linkmoderation.states.StateMachineDefinition;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deploys state machines. One that has started is registered as a service {@link StateMachine}; in place of one that
 * has not, a {@link ServiceCheck} says why.
 *
 * <p>Routes start and stop on threads of their own: Declarative Services calls a component while it holds locks that
 * others wait for, gives up on such locks after five seconds, and never tries again what has failed.
 */
@Component(service = Engine.class)
public final class DeployingEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(DeployingEngine.class);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final BundleContext engine;
    private final AwsClients clients;
    private final Journal journal;
    private final Observation observation;
    private final Set<String> deployed = ConcurrentHashMap.newKeySet();

    /**
     * @param engine the bundle of the engine
     * @param clients the clients of the AWS services
     * @param journal the journal
     * @param observation watches the executions
     */
    @Activate
    public DeployingEngine(
            BundleContext engine,
            @Reference AwsClients clients,
            @Reference Journal journal,
            @Reference Observation observation) {
        this.engine = engine;
        this.clients = clients;
        this.journal = journal;
        this.observation = observation;
    }

    @Override
    public Deployment deploy(
            Settings settings,
            Function<Settings, StateMachineDefinition> definition,
            BundleContext bundle,
            ConnectionFactory broker) {
        Supplier<DeployedStateMachine> assembly = () -> {
            StateMachineDefinition defined = definition.apply(settings);
            return new DeployedStateMachine(
                    defined, DeploymentSettings.of(settings, defined), bundle, clients, journal, observation, broker);
        };
        try {
            DeployedStateMachine checked = assembly.get();
            if (!deployed.add(checked.name())) {
                checked.close();
                throw new InvalidDefinitionException(
                        checked.name(), "a state machine of this name is deployed already; expected another name");
            }
            return new Started(checked, assembly);
        } catch (InvalidSetting | InvalidDefinitionException e) {
            LOG.error(e.getMessage());
            throw e;
        }
    }

    /** A state machine that starts, and is started again until it runs. */
    private final class Started implements Deployment {
        private final String name;
        private final AtomicReference<DeployedStateMachine> checked;
        private final ServiceRegistration<ServiceCheck> notStarted;
        private final Supervisor running;

        Started(DeployedStateMachine first, Supplier<DeployedStateMachine> assembly) {
            name = first.name();
            checked = new AtomicReference<>(first);
            notStarted = engine.registerService(
                    ServiceCheck.class, new ServiceCheck("state machine " + name, this::whyNotStarted), null);
            running = new Supervisor(
                    "The state machine " + name, FIRST_DELAY, LONGEST_DELAY, ended -> start(next(assembly)));
        }

        private String whyNotStarted() {
            throw new IllegalStateException(Optional.ofNullable(running.lastFailure())
                    .map(failure -> "cannot start: " + failure)
                    .orElse("is starting"));
        }

        /** A context that did not start can't be started again. */
        private DeployedStateMachine next(Supplier<DeployedStateMachine> assembly) {
            return Optional.ofNullable(checked.getAndSet(null)).orElseGet(assembly);
        }

        private Supervisor.Run start(DeployedStateMachine stateMachine) throws Exception {
            try {
                stateMachine.start();
                ServiceRegistration<StateMachine> registration =
                        engine.registerService(StateMachine.class, stateMachine, null);
                unregister(notStarted);
                return () -> {
                    unregister(registration);
                    stateMachine.close();
                };
            } catch (Exception e) {
                stateMachine.close();
                throw e;
            }
        }

        @Override
        public void close() {
            running.stop();
            Optional.ofNullable(checked.getAndSet(null)).ifPresent(DeployedStateMachine::close);
            unregister(notStarted);
            deployed.remove(name);
        }
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            // Unregistered before, or by the end of the bundle
        }
    }
}
