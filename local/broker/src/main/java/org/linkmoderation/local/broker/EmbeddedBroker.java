package org.linkmoderation.local.broker;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.policy.IndividualDeadLetterStrategy;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.security.AuthenticationUser;
import org.apache.activemq.security.SimpleAuthenticationPlugin;
import org.apache.activemq.store.SharedFileLocker;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.store.kahadb.disk.journal.Journal.JournalDiskSyncStrategy;
import org.apache.activemq.usage.SystemUsage;
import org.linkmoderation.component.DataDirectory;
import org.linkmoderation.component.ListenAddress;

/**
 * One run of the broker. What it has accepted is on the disk before the sender is told so; what waits is paged from
 * there, so that memory does not grow with a queue.
 *
 * <ul>
 *   <li>Queues begin with the first message; each has its own dead-letter queue, {@code DLQ.} before the queue's name,
 *       where nothing expires.
 *   <li>Only the one user may connect.
 *   <li>Messages are delayed on the way to queues of wake-ups only, and never repeated.
 *   <li>A consumer is never sent more messages than its prefetch before it has committed.
 *   <li>When the store is full a send fails after {@value #NO_SPACE_SECONDS} seconds instead of hanging.
 *   <li>A message of more than {@value MessageLimit#MAX_BYTES} bytes is refused, so that a few at once don't take the
 *       memory of the container; a smaller one is for its reader to judge, who can answer with a reason.
 * </ul>
 */
final class EmbeddedBroker {

    static final String NAME = "link-moderation";

    private static final int NO_SPACE_SECONDS = 5;
    /** Twice a message, for a dead letter with its reason. What is larger is not even read, and cuts the connection. */
    private static final int MAX_FRAME_MEGABYTES = 2;

    private static final long MEGABYTE = 1024L * 1024L;
    private static final long MEMORY_LIMIT = 64 * MEGABYTE;
    private static final long TEMP_LIMIT = 256 * MEGABYTE;

    private final BrokerService broker = new BrokerService();
    private volatile boolean stopping;

    private EmbeddedBroker(BrokerSettings settings, Runnable ended) throws IOException {
        broker.setBrokerName(NAME);
        broker.setDataDirectoryFile(settings.directory().toFile());
        broker.setPersistenceAdapter(store(settings.directory()));
        broker.setUseJmx(true);
        broker.getManagementContext().setCreateConnector(false);
        broker.setUseShutdownHook(false);
        broker.setAdvisorySupport(false);
        // Delays the messages that wake executions
        broker.setSchedulerSupport(true);
        broker.setSchedulerDirectoryFile(settings.directory().resolve("delayed").toFile());
        broker.setDestinationPolicy(queuePolicy());
        broker.setPlugins(new BrokerPlugin[] {MessageLimit::new, onlyUser(settings), DelayGuard::new});
        limit(broker.getSystemUsage(), settings.storeLimitMegabytes());
        broker.addShutdownHook(() -> {
            if (!stopping) {
                ended.run();
            }
        });
    }

    /**
     * Starts a broker, and returns when connections are accepted.
     *
     * @param settings where to listen, where to keep messages, who may connect
     * @param ended is called when the broker stops without having been asked to, as it does when its disk fails
     * @return the broker
     * @throws Exception if the address is taken or the directory is in use or damaged; nothing is left behind
     */
    static EmbeddedBroker start(BrokerSettings settings, Runnable ended) throws Exception {
        var address = settings.address();
        // The broker itself would take its time, and log a stack trace, before it says so
        ListenAddress.requireFree(address.getHost(), address.getPort());
        DataDirectory.require(BrokerSettings.PID, settings.directory());
        var started = new EmbeddedBroker(settings, ended);
        try {
            started.start(address);
            return started;
        } catch (Exception e) {
            started.stop();
            throw e;
        }
    }

    private void start(URI address) throws Exception {
        broker.addConnector(
                address + "?maximumConnections=1000&wireFormat.maxFrameSize=" + MAX_FRAME_MEGABYTES * MEGABYTE);
        startUninterrupted();
        if (!broker.waitUntilStarted(TimeUnit.SECONDS.toMillis(30))) {
            throw new IOException("it did not start within 30 s", broker.getStartException());
        }
    }

    /** In a thread of its own: an interrupt in the midst would leave the store locked for as long as the JVM lives. */
    private void startUninterrupted() throws Exception {
        var start = new FutureTask<Void>(() -> {
            broker.start();
            return null;
        });
        new Thread(start, Thread.currentThread().getName()).start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    start.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stops, and returns when the address and the directory are free. */
    void stop() throws Exception {
        stopping = true;
        broker.stop();
        broker.waitUntilStopped();
    }

    private static KahaDBPersistenceAdapter store(Path directory) throws IOException {
        var store = new KahaDBPersistenceAdapter();
        store.setDirectory(directory.resolve("kahadb").toFile());
        store.setJournalDiskSyncStrategy(JournalDiskSyncStrategy.ALWAYS.name());
        store.setConcurrentStoreAndDispatchQueues(false);
        store.setCheckForCorruptJournalFiles(true);
        var lock = new SharedFileLocker();
        lock.setFailIfLocked(true);
        store.setLocker(lock);
        return store;
    }

    private static PolicyMap queuePolicy() {
        var deadLetters = new IndividualDeadLetterStrategy();
        deadLetters.setQueuePrefix("DLQ.");
        deadLetters.setUseQueueForQueueMessages(true);
        deadLetters.setProcessNonPersistent(true);
        // Else a message that was put back from its dead-letter queue, and fails again, is taken for a duplicate and
        // lost
        deadLetters.setEnableAudit(false);
        var queues = new PolicyEntry();
        queues.setQueue(">");
        queues.setDeadLetterStrategy(deadLetters);
        queues.setPersistJMSRedelivered(true);
        // Else a consumer that is busy is sent another message, which waits after the first while others are idle
        queues.setUsePrefetchExtension(false);
        var policy = new PolicyMap();
        policy.setPolicyEntries(List.of(queues));
        return policy;
    }

    private static SimpleAuthenticationPlugin onlyUser(BrokerSettings settings) {
        var plugin = new SimpleAuthenticationPlugin(
                List.of(new AuthenticationUser(settings.user(), settings.password(), "users")));
        plugin.setAnonymousAccessAllowed(false);
        return plugin;
    }

    private static void limit(SystemUsage usage, int storeLimitMegabytes) {
        usage.getMemoryUsage().setLimit(MEMORY_LIMIT);
        usage.getStoreUsage().setLimit(storeLimitMegabytes * MEGABYTE);
        usage.getTempUsage().setLimit(TEMP_LIMIT);
        usage.setSendFailIfNoSpaceAfterTimeout(TimeUnit.SECONDS.toMillis(NO_SPACE_SECONDS));
    }
}
