package org.linkmoderation.itests.domains;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.crash.BrokerProcess;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.crash.Services;

/**
 * Containers that sell domains, and all that a saga needs, each in a process or with sockets of its own, so that any of
 * them can be killed: the broker, the table store, the coordinator, and the gate, which has the card functions.
 */
final class DomainsSite implements AutoCloseable {

    static final String REQUESTS = "domain.requests";
    static final String DEAD_LETTERS = "DLQ.domain.requests";

    /** The price of every domain, in minor units. */
    static final long PRICE = 1_200;

    /** How long an attempt of a function may take: more than a busy machine needs, and short enough to wait for. */
    static final int FUNCTION_TIMEOUT_SECONDS = 6;

    private final Services services;
    private final CoordinatorProcess coordinator;
    private final SagaGate gate;
    private final String secret = UUID.randomUUID().toString();
    private final List<String> participants;
    private final List<KarafNode> nodes = new ArrayList<>();
    private final Cards cards;
    private final Domains domains;

    /**
     * Prepares everything, with one container; start it with {@link #start()}.
     *
     * @param name name of the folders of its parts
     * @param sagaTimeoutSeconds how long a sale may take
     */
    DomainsSite(String name, int sagaTimeoutSeconds) {
        this(name, sagaTimeoutSeconds, 1);
    }

    /** @param containers how many containers */
    DomainsSite(String name, int sagaTimeoutSeconds, int containers) {
        participants = Stream.generate(() -> "http://127.0.0.1:" + Ports.free())
                .limit(containers)
                .toList();
        services = new Services(name);
        coordinator = new CoordinatorProcess(name, secret, participants);
        cards = new Cards(services.tables());
        domains = new Domains(services.tables());
        gate = new SagaGate(services.tables().endpoint(), cards, domains);
        for (int i = 0; i < containers; i++) {
            String container = containers == 1 ? name : name + "-" + (char) ('a' + i);
            nodes.add(container(container, participants.get(i), sagaTimeoutSeconds));
        }
    }

    private KarafNode container(String name, String participant, int sagaTimeoutSeconds) {
        return services.container(name, gate.url())
                .withoutBootFeature("link-moderation-coordinator")
                .setting("org.linkmoderation.aws", "dynamodb.endpoint", gate.url())
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

    /**
     * Starts everything, of the containers the first one, and waits until it is ready; if a part does not start, all
     * are ended.
     */
    DomainsSite start() {
        try {
            services.start();
            cards.createTable();
            coordinator.start();
            node().start();
            return this;
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    TableStore dynamoDb() {
        return services.dynamoDb();
    }

    BrokerProcess broker() {
        return services.broker();
    }

    CoordinatorProcess coordinator() {
        return coordinator;
    }

    SagaGate gate() {
        return gate;
    }

    /** The first container. */
    KarafNode node() {
        return node(0);
    }

    /** A container, counted from 0. */
    KarafNode node(int number) {
        return nodes.get(number);
    }

    /** Where a container is called by the coordinator. */
    String participant(int number) {
        return participants.get(number);
    }

    /** Calls the coordinator as the containers do. */
    LraCalls lraCalls() {
        return new LraCalls(secret);
    }

    Cards cards() {
        return cards;
    }

    Domains domains() {
        return domains;
    }

    Messages messages() {
        return services.messages();
    }

    /** Asks for the sale of the domain of an execution, to be paid with the card of the execution. */
    void request(String name) {
        services.messages().send(REQUESTS, input(name), Map.of("ExecutionName", name, "RequestId", name));
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
        return RecordedExecution.all(services.links());
    }

    @Override
    public void close() {
        nodes.forEach(KarafNode::close);
        gate.close();
        coordinator.close();
        services.close();
    }
}
