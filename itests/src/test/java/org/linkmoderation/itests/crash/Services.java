package org.linkmoderation.itests.crash;

import java.util.UUID;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.TableStore;

/**
 * What every container of a site needs, each in a process of its own, so that it can be killed: broker and DynamoDB.
 */
public final class Services implements AutoCloseable {

    private final String password = UUID.randomUUID().toString();
    private final TableStore dynamoDb;
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
        links = new Links(dynamoDb.endpoint());
        messages = new Messages(broker.url(), "moderation", password);
    }

    /**
     * A container of the distribution without its feature link-moderation-local, ready when {@code moderation:status}
     * says that all it needs can be used.
     *
     * @param name its name
     * @param dynamoDb where it finds DynamoDB: there, or what stands between
     * @param lambda where it finds Lambda
     */
    public KarafNode container(String name, String dynamoDb, String lambda) {
        return new KarafNode(name, KarafNode.MODULE.resolve("target/distribution"), "moderation:status")
                .withoutBootFeature("link-moderation-local")
                .setting("org.linkmoderation.aws", "dynamodb.endpoint", dynamoDb)
                .setting("org.linkmoderation.aws", "lambda.endpoint", lambda)
                .setting("org.linkmoderation.aws", "access.key.id", "local")
                .setting("org.linkmoderation.aws", "secret.access.key", "local")
                .setting("org.linkmoderation.aws", "create.tables", true)
                .setting("org.linkmoderation.broker", "url", broker.url())
                .setting("org.linkmoderation.broker", "user", "moderation")
                .setting("org.linkmoderation.broker", "password", password);
    }

    /** Starts both and waits until they listen. */
    public void start() {
        dynamoDb.start();
        broker.start();
    }

    public TableStore dynamoDb() {
        return dynamoDb;
    }

    public BrokerProcess broker() {
        return broker;
    }

    /** The tables, read and written by the tests themselves. */
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
