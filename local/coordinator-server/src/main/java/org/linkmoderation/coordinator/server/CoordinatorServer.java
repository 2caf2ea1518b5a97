package org.linkmoderation.coordinator.server;

import com.arjuna.ats.arjuna.common.CoordinatorEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.coordinator.TransactionReaper;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.arjuna.utils.MBeanProcessId;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.narayana.lra.coordinator.api.Coordinator;
import io.narayana.lra.coordinator.api.CoordinatorContainerFilter;
import io.narayana.lra.coordinator.domain.model.LongRunningAction;
import io.narayana.lra.coordinator.internal.Implementations;
import io.narayana.lra.coordinator.internal.LRARecoveryModule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.glassfish.jersey.jackson.JacksonFeature;
import org.glassfish.jersey.server.ResourceConfig;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.Refusals;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpServer;

/**
 * One run of Narayana's LRA coordinator. Its state is static: one run in a class loader, never a second one, and the
 * class loader is the thread's context class loader while a run starts.
 *
 * <ul>
 *   <li>What it has accepted is on the disk before the caller is told so, and is taken up again by the next run on the
 *       same directory.
 *   <li>Only callers with the secret are answered, and it calls only the participants that it is told to, with the
 *       secret.
 * </ul>
 */
public final class CoordinatorServer implements AutoCloseable {

    /** How many requests are answered at once; each may wait for a participant. */
    private static final int REQUESTS = 64;

    private static final int MAX_WAITING = 1_024;
    private static final int LARGEST_BODY = 65_536;

    /** The longest that the coordinator itself waits for a participant's answer. */
    private static final Duration PARTICIPANT_TIMEOUT = Duration.ofSeconds(2);

    private static final int STOP_SECONDS = 10;

    private final CoordinatorLog log = new CoordinatorLog();
    private final StoreLock store;
    private HttpServer server;

    /**
     * Takes up what an earlier run has left, then answers on the address.
     *
     * @param address where to listen
     * @param secret what callers have to prove that they know, and participants are called with
     * @param directory where the state is kept; created if there is none
     * @param participants what a participant's URL may begin with: scheme, host, port and, optionally, a path
     * @param recoveryPeriod how long after a round of recovery the next begins; the same again, but no more than a
     *     second, lies between the halves of a round
     * @param refused is told of calls that were refused, a sentence for each that is to be noted
     * @throws IOException if the address is taken or the directory cannot be used or is in use; nothing is left behind
     */
    public CoordinatorServer(
            InetSocketAddress address,
            String secret,
            Path directory,
            List<URI> participants,
            Duration recoveryPeriod,
            Consumer<String> refused)
            throws IOException {
        try {
            store = new StoreLock(directory);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        try {
            var refusals = new Refusals(refused);
            var bearer = BearerSecret.of(secret);
            SharedClientBuilder.open(new ParticipantCalls(bearer, participants, refusals), PARTICIPANT_TIMEOUT);
            configure(directory, recoveryPeriod);
            Implementations.install();
            LRARecoveryModule.getInstance().recover();
            // Last: who can connect is answered
            server = new HttpServer(
                    "coordinator-request",
                    address,
                    HttpLimits.defaults()
                            .withBodyBytes(LARGEST_BODY)
                            .withWorkers(REQUESTS, MAX_WAITING)
                            .withCloseTime(Duration.ofSeconds(1)),
                    new SecretRequired(bearer, refusals, coordinator(address, participants, refusals)));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static void configure(Path directory, Duration recoveryPeriod) {
        for (var store : List.of("default", "stateStore", "communicationStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, "default".equals(store) ? null : store)
                    .setObjectStoreDir(directory.toString());
        }
        var core = BeanPopulator.getDefaultInstance(CoreEnvironmentBean.class);
        try {
            core.setNodeIdentifier("1");
            // The default listens on a port to have a number of its own
            core.setProcessImplementationClassName(MBeanProcessId.class.getName());
        } catch (CoreEnvironmentBeanException e) {
            throw new IllegalStateException(e);
        }
        BeanPopulator.getDefaultInstance(CoordinatorEnvironmentBean.class).setTransactionStatusManagerEnable(false);
        var recovery = BeanPopulator.getDefaultInstance(RecoveryEnvironmentBean.class);
        recovery.setRecoveryModuleClassNames(List.of(LRARecoveryModule.class.getName()));
        recovery.setRecoveryActivatorClassNames(List.of());
        recovery.setExpiryScannerClassNames(List.of());
        recovery.setRecoveryListener(false);
        recovery.setPeriodicRecoveryPeriod((int) recoveryPeriod.toSeconds());
        recovery.setRecoveryBackoffPeriod(1);
    }

    private HttpHandler coordinator(InetSocketAddress address, List<URI> participants, Refusals refusals) {
        var application = new ResourceConfig()
                .register(new MovedParticipants(base(address)))
                .register(new ParticipantsAllowed(participants, refusals))
                .register(CoordinatorContainerFilter.class)
                .register(JacksonFeature.class)
                .register(new Coordinator());
        return log.quietly(() -> new JaxRsHandler(application, base(address)));
    }

    private static URI base(InetSocketAddress address) {
        try {
            return new URI("http", null, address.getHostString(), address.getPort(), "/", null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Stops, and returns when the address and the directory are free and no thread of the run is left. */
    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        RecoveryManager.manager().terminate();
        end(timers());
        TransactionReaper.terminate(false);
        SharedClientBuilder.end();
        StoreManager.shutdown();
        store.close();
        log.close();
    }

    /** The coordinator never ends them itself. */
    private static ExecutorService timers() {
        try {
            var scheduler = LongRunningAction.class.getDeclaredField("scheduler");
            scheduler.setAccessible(true);
            return (ExecutorService) scheduler.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the coordinator's timers are not where they were expected", e);
        }
    }

    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a request of the coordinator has not ended in " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
