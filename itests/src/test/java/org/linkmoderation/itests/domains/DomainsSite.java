package org.linkmoderation.itests.domains;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.linkmoderation.itests.DynamoDbLocal;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.crash.BrokerProcess;
import org.linkmoderation.itests.crash.RecordedExecution;

/**
 * A container that sells domains, and all that a saga needs, each in a process or with sockets of its own, so that any
 * of them can be killed: the broker, DynamoDB Local, the coordinator, and the gate, which has the card functions.
 */
final class DomainsSite implements AutoCloseable {

    static final String REQUESTS = "domain.requests";
    static final String DEAD_LETTERS = "DLQ.domain.requests";

    /** The price of every domain, in minor units. */
    static final long PRICE = 1_200;

    /** How long an attempt of a function may take: more than a busy machine needs, and short enough to wait for. */
    static final int FUNCTION_TIMEOUT_SECONDS = 6;

    private final DynamoDbLocal dynamoDb;
    private final BrokerProcess broker;
    private final CoordinatorProcess coordinator;
    private final SagaGate gate;
    private final KarafNode node;
    private final Links links;
    private final Cards cards;
    private final Domains domains;
    private final Messages messages;

    /**
     * Prepares everything; start it with {@link #start()}.
     *
     * @param name name of the folders of its parts
     * @param sagaTimeoutSeconds how long a sale may take
     */
    DomainsSite(String name, int sagaTimeoutSeconds) {
        String password = UUID.randomUUID().toString();
        String secret = UUID.randomUUID().toString();
        String participant = "http://127.0.0.1:" + Ports.free();
        dynamoDb = new DynamoDbLocal(name);
        broker = new BrokerProcess(name, password);
        coordinator = new CoordinatorProcess(name, secret, List.of(participant));
        links = new Links(dynamoDb.endpoint());
        cards = new Cards(links.client());
        gate = new SagaGate(dynamoDb.endpoint(), cards);
        domains = new Domains(links.client());
        messages = new Messages(broker.url(), "moderation", password);
        node = new KarafNode(name, KarafNode.MODULE.resolve("target/distribution"), "moderation:status")
                .withoutBootFeature("link-moderation-local")
                .withoutBootFeature("link-moderation-coordinator")
                .setting("org.linkmoderation.aws", "dynamodb.endpoint", gate.url())
                .setting("org.linkmoderation.aws", "lambda.endpoint", gate.url())
                .setting("org.linkmoderation.aws", "access.key.id", "local")
                .setting("org.linkmoderation.aws", "secret.access.key", "local")
                .setting("org.linkmoderation.aws", "create.tables", true)
                .setting("org.linkmoderation.broker", "url", broker.url())
                .setting("org.linkmoderation.broker", "user", "moderation")
                .setting("org.linkmoderation.broker", "password", password)
                .setting("org.linkmoderation.broker", "redelivery.max.seconds", 2)
                .setting("org.linkmoderation.coordinator", "url", coordinator.url())
                .setting("org.linkmoderation.coordinator", "secret", secret)
                .setting("org.linkmoderation.coordinator", "participant.url", participant)
                .setting("org.linkmoderation.domains", "timeout.seconds", sagaTimeoutSeconds)
                .setting("org.linkmoderation.domains", "function.timeout.seconds", FUNCTION_TIMEOUT_SECONDS)
                .setting("org.linkmoderation.domains", "retry.max.attempts", 1)
                .setting("org.linkmoderation.domains", "undo.retry.max.seconds", 1)
                .setting("org.linkmoderation.domains", "consumers", 40)
                .setting("org.linkmoderation.domains", "inbox.min.age.seconds", 1);
    }

    /** Starts everything and waits until it is ready. */
    DomainsSite start() {
        dynamoDb.start();
        cards.createTable();
        broker.start();
        coordinator.start();
        node.start();
        return this;
    }

    DynamoDbLocal dynamoDb() {
        return dynamoDb;
    }

    BrokerProcess broker() {
        return broker;
    }

    CoordinatorProcess coordinator() {
        return coordinator;
    }

    SagaGate gate() {
        return gate;
    }

    KarafNode node() {
        return node;
    }

    Cards cards() {
        return cards;
    }

    Domains domains() {
        return domains;
    }

    Messages messages() {
        return messages;
    }

    /** Asks for the sale of the domain of an execution, to be paid with the card of the execution. */
    void request(String name) {
        messages.send(REQUESTS, input(name), Map.of("ExecutionName", name, "RequestId", name));
    }

    /** The input of an execution. */
    static String input(String name) {
        return "{\"domain\":\"" + Domains.domain(name) + "\",\"owner\":\"" + owner(name) + "\",\"amount\":" + PRICE
                + ",\"currency\":\"EUR\",\"card\":\"" + card(name) + "\"}";
    }

    /** Who buys the domain of an execution. */
    static String owner(String name) {
        return "owner of " + name;
    }

    /** The card that pays for the domain of an execution. */
    static String card(String name) {
        return "card-" + name;
    }

    /** All executions that there are, by name. */
    Map<String, RecordedExecution> executions() {
        return RecordedExecution.all(links);
    }

    @Override
    public void close() {
        links.close();
        node.close();
        gate.close();
        coordinator.close();
        broker.close();
        dynamoDb.close();
    }
}
