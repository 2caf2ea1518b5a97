package org.linkmoderation.itests;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * A container of the assembled distribution with what the tests hold of the world around it: the links, the queue, and
 * the function that scans. DynamoDB Local and the broker are those of the feature link-moderation-local, started by the
 * container; the function is the test's {@link ScriptedLambda}.
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
    private final ScriptedLambda lambda;
    private final Links links;
    private final Messages messages;
    private final Map<String, Integer> ports;

    /** Prepares a node that uses its own DynamoDB Local; start it by {@link #karaf()}. */
    public ModerationNode(String name) {
        this(name, Ports.free());
    }

    /** Prepares a node that uses DynamoDB on this port, where its own DynamoDB Local listens. */
    private ModerationNode(String name, int dynamoDbPort) {
        this(name, dynamoDbPort, dynamoDbPort);
    }

    /** Prepares a node that uses a DynamoDB Local of the test; its own one listens, but is not used. */
    public ModerationNode(String name, DynamoDbLocal dynamoDb) {
        this(name, dynamoDb.port(), Ports.free());
    }

    private ModerationNode(String name, int dynamoDbPort, int ownDynamoDbPort) {
        karaf = new KarafNode(name, KarafNode.MODULE.resolve("target/distribution"), "moderation:status");
        lambda = new ScriptedLambda();
        ports = Map.of("dynamodb", ownDynamoDbPort, "lambda", Ports.free(), "broker", Ports.free());
        String password = UUID.randomUUID().toString();
        String brokerUrl = "tcp://127.0.0.1:" + ports.get("broker");
        String dynamoDb = "http://127.0.0.1:" + dynamoDbPort;
        karaf.setting("org.linkmoderation.aws", "dynamodb.endpoint", dynamoDb)
                .setting("org.linkmoderation.aws", "lambda.endpoint", lambda.endpoint())
                .setting("org.linkmoderation.aws", "access.key.id", "local")
                .setting("org.linkmoderation.aws", "secret.access.key", "local")
                .setting("org.linkmoderation.broker", "url", brokerUrl)
                .setting("org.linkmoderation.broker", "user", "moderation")
                .setting("org.linkmoderation.broker", "password", password)
                .setting("org.linkmoderation.journal", "create.tables", true)
                .setting("org.linkmoderation.moderation", "check.safety.timeout.seconds", CHECK_SAFETY_TIMEOUT_SECONDS)
                .setting("org.linkmoderation.moderation", "consumers", 64)
                .setting("org.linkmoderation.moderation", "inbox.min.age.seconds", 1)
                .setting("org.linkmoderation.local.dynamodb", "port", ports.get("dynamodb"))
                .setting("org.linkmoderation.local.lambda", "port", ports.get("lambda"))
                .setting("org.linkmoderation.local.broker", "url", brokerUrl);
        links = new Links(dynamoDb);
        messages = new Messages(brokerUrl, "moderation", password);
    }

    /** The node that the test classes share: started by the first of them, ended with the JVM. */
    public static synchronized ModerationNode shared() {
        if (shared == null) {
            ModerationNode node = new ModerationNode("shared");
            node.karaf.start();
            shared = node;
        }
        return shared;
    }

    public KarafNode karaf() {
        return karaf;
    }

    public ScriptedLambda lambda() {
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

    /** The record of an execution, as {@code moderation:describe} shows it. */
    public JsonNode describe(String name) {
        return karaf.shell("moderation:describe " + name + " --json").json();
    }

    /** The events of an execution, as {@code moderation:history --events} shows them. */
    public JsonNode events(String name) {
        return karaf.shell("moderation:history " + name + " --events --json")
                .json()
                .path("events");
    }

    /** Waits until an execution has a final status, and gives its record. */
    public JsonNode awaitEnd(String name) {
        karaf.await("the end of execution " + name, EXECUTION, () -> {
            ShellResult result = karaf.shell("moderation:describe " + name + " --json");
            return result.succeeded() && !result.json().path("status").asText().equals("RUNNING");
        });
        return describe(name);
    }

    /** Waits until so many messages are in the dead-letter queue of the requests. */
    public void awaitDeadLetters(int count) {
        karaf.await(
                count + " dead letters", Duration.ofSeconds(30), () -> messages.count(Messages.DEAD_LETTERS) == count);
    }

    @Override
    public void close() {
        links.close();
        karaf.close();
        lambda.close();
    }
}
