package org.linkmoderation.itests;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A container of the assembled distribution with what the tests hold of the world around it: the links, the queue, and
 * the function that scans. The table store and the broker are those of the feature link-moderation-local, started by
 * the container, unless another DynamoDB is chosen for {@link TestTables}; the function is the test's
 * {@link FunctionEndpoint}.
 */
public final class ModerationNode implements AutoCloseable {

    /**
     * CheckSafety's timeout on these nodes: more than a busy machine needs for an answer, and short enough to wait for.
     */
    public static final int CHECK_SAFETY_TIMEOUT_SECONDS = 5;

    /** How long an execution may take on a busy machine: three retries, seven seconds, and a broker's redelivery. */
    public static final Duration EXECUTION = Duration.ofSeconds(60);

    private static ModerationNode shared;

    private final KarafNode karaf;
    private final FunctionEndpoint lambda;
    private final Links links;
    private final Messages messages;
    private final Map<String, Integer> ports;

    /** Prepares a node that uses its own table store; start it by {@link #karaf()}. */
    public ModerationNode(String name) {
        this(name, Ports.free());
    }

    private ModerationNode(String name, int ownDynamoDbPort) {
        this(name, TestTables.of(name, "http://127.0.0.1:" + ownDynamoDbPort), ownDynamoDbPort);
    }

    /** Prepares a node that uses a table store of the test; its own one listens, but is not used. */
    public ModerationNode(String name, TableStore dynamoDb) {
        this(name, TestTables.at(dynamoDb.endpoint()), Ports.free());
    }

    private ModerationNode(String name, TestTables tables, int ownDynamoDbPort) {
        karaf = new KarafNode(name, KarafNode.MODULE.resolve("target/distribution"), "moderation:status");
        lambda = new FunctionEndpoint();
        ports = Map.of("dynamodb", ownDynamoDbPort, "lambda", Ports.free(), "broker", Ports.free());
        String password = UUID.randomUUID().toString();
        String brokerUrl = "tcp://127.0.0.1:" + ports.get("broker");
        tables.configure(karaf)
                .setting("org.linkmoderation.aws", "lambda.endpoint", lambda.endpoint())
                .setting("org.linkmoderation.broker", "url", brokerUrl)
                .setting("org.linkmoderation.broker", "user", "moderation")
                .setting("org.linkmoderation.broker", "password", password)
                .setting("org.linkmoderation.moderation", "check.safety.timeout.seconds", CHECK_SAFETY_TIMEOUT_SECONDS)
                .setting("org.linkmoderation.moderation", "consumers", 64)
                .setting("org.linkmoderation.moderation", "inbox.min.age.seconds", 1)
                .setting("org.linkmoderation.local.dynamodb", "port", ports.get("dynamodb"))
                .setting("org.linkmoderation.local.lambda", "port", ports.get("lambda"))
                .setting("org.linkmoderation.local.broker", "url", brokerUrl);
        links = new Links(tables);
        messages = new Messages(brokerUrl, "moderation", password);
    }

    /** The node that the test classes of this JVM share: started by the first of them, ended with the JVM. */
    public static synchronized ModerationNode shared() {
        if (shared == null) {
            ModerationNode node = new ModerationNode("shared-" + TestJvm.NUMBER);
            node.karaf.start();
            shared = node;
        }
        return shared;
    }

    public KarafNode karaf() {
        return karaf;
    }

    public FunctionEndpoint lambda() {
        return lambda;
    }

    public Links links() {
        return links;
    }

    public Messages messages() {
        return messages;
    }

    /** The ports of the local services that the container starts: {@code dynamodb}, {@code lambda}, {@code broker}. */
    public Map<String, Integer> ports() {
        return ports;
    }

    /** The record of an execution with its events, as {@code moderation:export} prints them. */
    public JsonNode export(String name) {
        return karaf.shellOk("moderation:export " + name).json();
    }

    /**
     * Waits until an execution has a final status.
     *
     * @return its record with its events
     */
    public JsonNode awaitEnd(String name) {
        return awaitEnd(name, EXECUTION);
    }

    /** {@link #awaitEnd(String)} with a patience of its own. */
    public JsonNode awaitEnd(String name, Duration patience) {
        AtomicReference<JsonNode> found = new AtomicReference<>();
        karaf.await("the end of execution " + name, patience, () -> {
            ShellResult result = karaf.shell("moderation:export " + name);
            if (!result.succeeded()) {
                if (result.output().contains("There is no execution '" + name + "'")) {
                    return false;
                }
                throw new IllegalStateException(result.toString());
            }
            found.set(result.json());
            return !found.get().path("status").asText().equals("RUNNING");
        });
        return found.get();
    }

    /**
     * Waits until the one message that a selector such as {@code ExecutionName = 'a'} names is a dead letter of the
     * requests.
     */
    public Message awaitDeadLetter(String selector) {
        AtomicReference<Message> found = new AtomicReference<>();
        karaf.await("the dead letter " + selector, EXECUTION, () -> {
            List<Message> letters = messages.browse(Messages.DEAD_LETTERS, selector);
            if (letters.size() > 1) {
                throw new AssertionError(letters.size() + " dead letters " + selector);
            }
            letters.forEach(found::set);
            return !letters.isEmpty();
        });
        return found.get();
    }

    /** The drop folder. */
    public Path inbox() {
        return karaf.base().resolve("data/moderation/inbox");
    }

    /**
     * Drops a file as a whole: written elsewhere on the same disk, then moved.
     *
     * @return its name
     */
    public String drop(String fileName, byte[] content) {
        try {
            Path written = karaf.base().resolve("data/tmp").resolve(fileName);
            Files.write(written, content);
            Files.move(written, inbox().resolve(fileName));
            return fileName;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until a dropped file is in the folder {@code done} or {@code failed}, under its name with a time before.
     */
    public Path awaitMoved(String fileName, String folder) {
        AtomicReference<Path> found = new AtomicReference<>();
        karaf.await("file " + fileName + " in folder " + folder, EXECUTION, () -> {
            find(fileName, folder).ifPresent(found::set);
            return found.get() != null && !Files.exists(inbox().resolve(fileName));
        });
        return found.get();
    }

    /** The file of this name, with a time before, in the folder {@code done} or {@code failed} beside the inbox. */
    public Optional<Path> find(String fileName, String folder) throws IOException {
        Path path = inbox().resolveSibling(folder);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().endsWith("-" + fileName))
                    .findFirst();
        }
    }

    @Override
    public void close() {
        karaf.close();
        links.close();
        lambda.close();
    }
}
