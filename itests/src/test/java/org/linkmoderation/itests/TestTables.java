package org.linkmoderation.itests;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * The tables of one site, and who asks for them where: by default in the table store that the site has for itself,
 * under the names that the settings ship with. With {@code -Ddynamodb.endpoint=<URL>} they are in the DynamoDB there,
 * and with {@code -Paws} in an account of AWS: under names that no other site and no other run has, and deleted when
 * the site is closed, at the latest when this JVM ends.
 */
public final class TestTables implements AutoCloseable {

    private static final String CHOSEN = System.getProperty("dynamodb.endpoint", "");
    private static final boolean IS_AWS = CHOSEN.equals("aws");
    private static final String RUN =
            "link-moderation-test-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private static final Set<TestTables> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(TestTables::close), "test-tables"));
    }

    private final String endpoint;
    private final String prefix;
    private final String region;
    private final DynamoDbClient client;

    private TestTables(String endpoint, String prefix) {
        this.endpoint = endpoint;
        this.prefix = prefix;
        AwsCredentialsProvider credentials = endpoint.isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        region = endpoint.isEmpty() ? regionOf(credentials) : Region.US_EAST_1.id();
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder());
        if (!endpoint.isEmpty()) {
            builder.endpointOverride(URI.create(endpoint));
        }
        client = builder.build();
        if (!areOwn()) {
            OPEN.add(this);
        }
    }

    /**
     * The tables of a site.
     *
     * @param site its name, such as {@code shared-1}
     * @param ownEndpoint where the site has its own table store, which is used if no other DynamoDB is chosen
     * @throws IllegalStateException if AWS is chosen, and there are no credentials or no region for it
     */
    public static TestTables of(String site, String ownEndpoint) {
        return CHOSEN.isEmpty() ? at(ownEndpoint) : new TestTables(IS_AWS ? "" : CHOSEN, RUN + site + "-");
    }

    /** The tables of a table store, whatever is chosen. */
    public static TestTables at(String endpoint) {
        return new TestTables(endpoint, "");
    }

    private static String regionOf(AwsCredentialsProvider credentials) {
        try {
            credentials.resolveCredentials();
            return new DefaultAwsRegionProviderChain().getRegion().id();
        } catch (SdkClientException e) {
            throw new IllegalStateException(
                    "-Paws needs the credentials and the region of an AWS account, as AWS's own tools find them"
                            + " (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or a profile).",
                    e);
        }
    }

    /** The table of links. */
    public String links() {
        return prefix + "url-shortener";
    }

    /** The table of executions. */
    public String executions() {
        return prefix + "link-moderation-executions";
    }

    /** The table of domains. */
    public String domains() {
        return prefix + "custom-domains";
    }

    /** The table of the cards' ledger. */
    public String ledger() {
        return prefix + "card-ledger";
    }

    /** For requests of the tests themselves. */
    public DynamoDbClient client() {
        return client;
    }

    /** Has a container and its functions use them, and create those that are missing. */
    public KarafNode configure(KarafNode node) {
        configureAccess(node);
        return areOwn() ? node : configureNames(node);
    }

    private void configureAccess(KarafNode node) {
        String key = endpoint.isEmpty() ? "" : "local";
        node.setting("org.linkmoderation.aws", "dynamodb.endpoint", endpoint)
                .setting("org.linkmoderation.aws", "region", region)
                .setting("org.linkmoderation.aws", "access.key.id", key)
                .setting("org.linkmoderation.aws", "secret.access.key", key)
                .setting("org.linkmoderation.aws", "create.tables", true);
        for (String function : List.of("ChargeCard", "RefundCharge")) {
            String environment = "environment." + function + ".";
            node.setting("org.linkmoderation.local.lambda", environment + "AWS_ENDPOINT_URL_DYNAMODB", endpoint)
                    .setting("org.linkmoderation.local.lambda", environment + "AWS_REGION", region)
                    .setting("org.linkmoderation.local.lambda", environment + "AWS_ACCESS_KEY_ID", key)
                    .setting("org.linkmoderation.local.lambda", environment + "AWS_SECRET_ACCESS_KEY", key);
        }
    }

    private KarafNode configureNames(KarafNode node) {
        return node.setting("org.linkmoderation.local.lambda", "environment.ChargeCard.CARD_LEDGER_TABLE", ledger())
                .setting("org.linkmoderation.local.lambda", "environment.RefundCharge.CARD_LEDGER_TABLE", ledger())
                .setting("org.linkmoderation.moderation", "links.table", links())
                .setting("org.linkmoderation.rescan", "links.table", links())
                .setting("org.linkmoderation.journal", "table", executions())
                .setting("org.linkmoderation.domains", "domains.table", domains());
    }

    /**
     * The URL of the DynamoDB, for what is put before it. With AWS the test is aborted: requests are signed for the
     * host that a container sends them to.
     */
    public String endpoint() {
        require(
                !endpoint.isEmpty(),
                "puts something between a container and DynamoDB, and AWS refuses what was signed"
                        + " for another host");
        return endpoint;
    }

    /** Whether the site has its own table store, and they are there. */
    public boolean areOwn() {
        return prefix.isEmpty();
    }

    /**
     * Aborts the test if the site has no table store of its own.
     *
     * @param why what the test does with it, such as {@code kills the table store}
     */
    public void requireOwn(String why) {
        require(areOwn(), why);
    }

    /** Says it in a line as well: of a class that is aborted before its first test, the build says nothing. */
    private void require(boolean condition, String why) {
        if (!condition) {
            String reason = "Not tested with " + (IS_AWS ? "-Paws" : "-Ddynamodb.endpoint=" + CHOSEN) + ": the test "
                    + why + " (site " + prefix.substring(RUN.length(), prefix.length() - 1) + ").";
            System.out.println("[WARNING] " + reason);
            Assumptions.abort(reason);
        }
    }

    /** Ends the client. Deletes the tables first if they are in a DynamoDB that is not the site's own. */
    @Override
    public void close() {
        if (OPEN.remove(this)) {
            List.of(links(), executions(), domains(), ledger()).forEach(this::delete);
        }
        client.close();
    }

    private void delete(String table) {
        try {
            client.deleteTable(request -> request.tableName(table));
        } catch (ResourceNotFoundException e) {
            // No test has needed it
        } catch (SdkException e) {
            System.out.println("[WARNING] Table " + table + " is left: " + e.getMessage());
        }
    }
}
