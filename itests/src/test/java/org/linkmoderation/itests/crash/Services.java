package org.linkmoderation.itests.crash;

import java.util.UUID;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.TableStore;
import org.linkmoderation.itests.TestTables;

/**
 * What every container of a site needs, each in a process of its own, so that it can be killed: broker and DynamoDB.
 */
public final class Services implements AutoCloseable {

    private final String password = UUID.randomUUID().toString();
    private final TableStore dynamoDb;
    private final TestTables tables;
    private final BrokerProcess broker;
    private final Links links;
    private final Messages messages;

    /**
     * Prepares both.
     *
     * @param name name of their folders
     */
    public Services(String name) {
        dynamoDb = new TableStore(name);
        broker = new BrokerProcess(name, password);
        tables = TestTables.of(name, dynamoDb.endpoint());
        links = new Links(tables);
        messages = new Messages(broker.url(), "moderation", password);
    }

    /**
     * A container of the distribution without its feature link-moderation-local, ready when {@code moderation:status}
     * says that all it needs can be used.
     *
     * @param name its name
     * @param lambda where it finds Lambda
     */
    public KarafNode container(String name, String lambda) {
        KarafNode node = new KarafNode(name, KarafNode.MODULE.resolve("target/distribution"), "moderation:status");
        return tables.configure(node)
                .withoutBootFeature("link-moderation-local")
                .setting("org.linkmoderation.aws", "lambda.endpoint", lambda)
                .setting("org.linkmoderation.broker", "url", broker.url())
                .setting("org.linkmoderation.broker", "user", "moderation")
                .setting("org.linkmoderation.broker", "password", password);
    }

    /** Starts both and waits until they listen; no table store if another DynamoDB is chosen. */
    public void start() {
        if (tables.areOwn()) {
            dynamoDb.start();
        }
        broker.start();
    }

    /** The table store, for a test that starts, stops or measures it; aborted where another DynamoDB is chosen. */
    public TableStore dynamoDb() {
        tables.requireOwn("takes away the table store");
        return dynamoDb;
    }

    public TestTables tables() {
        return tables;
    }

    public BrokerProcess broker() {
        return broker;
    }

    /** The links, read and written by the tests themselves. */
    public Links links() {
        return links;
    }

    public Messages messages() {
        return messages;
    }

    /** Ends both; containers are ended before. */
    @Override
    public void close() {
        links.close();
        broker.close();
        dynamoDb.close();
    }
}
