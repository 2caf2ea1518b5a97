package org.linkmoderation.itests.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.TestJvm;
import org.linkmoderation.itests.TestTables;

/**
 * Containers that share a broker, DynamoDB and Lambda, each in a process or with sockets of its own, so that any of
 * them can be killed. The containers run the feature link-moderation of the distribution, without
 * link-moderation-local.
 */
public final class Site implements AutoCloseable {

    /** CheckSafety's timeout in these containers. */
    public static final int CHECK_SAFETY_TIMEOUT_SECONDS = 5;

    private static final String MODERATION = "org.linkmoderation.moderation";

    private static Site shared;

    private final Services services;
    private final LambdaEndpoint lambda = new LambdaEndpoint();
    private final List<KarafNode> nodes = new ArrayList<>();
    private final Optional<JournalDatabase> database;

    /**
     * Prepares everything, with the journal in DynamoDB; start it with {@link #start()}.
     *
     * @param name name of the folders of its parts
     * @param containers how many containers
     */
    public Site(String name, int containers) {
        this(name, containers, Optional.empty());
    }

    private Site(String name, int containers, Optional<JournalDatabase> database) {
        this.database = database;
        services = new Services(name);
        for (int i = 0; i < containers; i++) {
            nodes.add(container(name + "-" + (char) ('a' + i)));
        }
    }

    /** A site with the journal that {@code -Djournal=jdbc} chooses: in PostgreSQL; otherwise in DynamoDB. */
    public static Site ofChosenJournal(String name, int containers) {
        return new Site(
                name,
                containers,
                System.getProperty("journal", "dynamodb").equals("jdbc")
                        ? Optional.of(new JournalDatabase())
                        : Optional.empty());
    }

    private KarafNode container(String name) {
        KarafNode node = services.container(name, lambda.url())
                .setting("org.linkmoderation.broker", "redelivery.max.seconds", 4)
                .setting(MODERATION, "check.safety.timeout.seconds", CHECK_SAFETY_TIMEOUT_SECONDS)
                .setting(MODERATION, "consumers", 16)
                .setting(MODERATION, "inbox.min.age.seconds", 1);
        database.ifPresent(journal -> journal.configure(node));
        return node;
    }

    /**
     * A site with one container that the test classes of this JVM share: started by the first of them, ended with the
     * JVM.
     */
    public static synchronized Site shared() {
        if (shared == null) {
            shared = new Site("site-" + TestJvm.NUMBER, 1).start();
        }
        return shared;
    }

    /** Gives the table store a JVM for measurements. */
    public Site forMeasurement() {
        services.dynamoDb().forMeasurement();
        return this;
    }

    /** Starts everything and waits until it is ready; if a part does not start, all are ended. */
    public Site start() {
        try {
            services.start();
            lambda.start();
            nodes.forEach(KarafNode::launch);
            nodes.forEach(KarafNode::awaitReady);
            return this;
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    /** Changes a setting of the moderation in the running first container, and waits until it works with it. */
    void change(String key, String value) {
        int logged = node().log().length();
        node().setting(MODERATION, key, value);
        node().await(
                        "the moderation with " + key + "=" + value,
                        Duration.ofSeconds(60),
                        () -> node().log().substring(logged).contains("State machine moderation takes requests"));
    }

    /** The executions of the moderation by name, read by the tests themselves. */
    Map<String, RecordedExecution> executions() {
        return database.map(JournalDatabase::executions).orElseGet(() -> RecordedExecution.all(links()));
    }

    /** The database of the journal, if it is in one. */
    Optional<JournalDatabase> database() {
        return database;
    }

    TableStore dynamoDb() {
        return services.dynamoDb();
    }

    TestTables tables() {
        return services.tables();
    }

    BrokerProcess broker() {
        return services.broker();
    }

    public LambdaEndpoint lambda() {
        return lambda;
    }

    public List<KarafNode> nodes() {
        return nodes;
    }

    /** The first container. */
    public KarafNode node() {
        return nodes.get(0);
    }

    public Links links() {
        return services.links();
    }

    public Messages messages() {
        return services.messages();
    }

    /** The drop folder of a container; made if it is missing. */
    public static Path inbox(KarafNode node) {
        try {
            return Files.createDirectories(node.base().resolve("data/moderation/inbox"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Drops a file into a container's inbox, whole at once. */
    public static void drop(KarafNode node, String fileName, String content) {
        Path inbox = inbox(node);
        try {
            Path file = Files.writeString(inbox.resolveSibling(fileName + ".tmp"), content);
            Files.move(file, inbox.resolve(fileName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(KarafNode::close);
        lambda.close();
        database.ifPresent(JournalDatabase::close);
        services.close();
    }
}
