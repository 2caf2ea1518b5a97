package org.linkmoderation.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * The clients of the AWS services, the same for AWS and for the local services: only endpoint and credentials differ.
 */
public final class AwsClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AwsClients.class);

    /** DynamoDB answers within milliseconds; what takes longer is lost. */
    private static final Duration DYNAMODB_TIMEOUT = Duration.ofSeconds(5);
    /** Above the longest that a Lambda function may run: the state's timeout ends a call, never the socket's. */
    private static final Duration LAMBDA_SOCKET_TIMEOUT = Duration.ofSeconds(930);

    private final String region;
    private final String description;
    private final boolean createTables;
    private final AwsCredentialsProvider credentials;
    private final DynamoDbClient links;
    private final DynamoDbClient journal;
    private final LambdaClient lambda;

    /**
     * @param properties the settings of PID {@code org.linkmoderation.aws}
     * @throws InvalidSetting if one of them can't be used
     */
    public AwsClients(Map<String, ?> properties) {
        AwsSettings settings = Settings.checked(() -> AwsSettings.of(properties), LOG);
        region = settings.region();
        createTables = settings.createTables();
        description = "region " + region
                + settings.dynamoDbEndpoint().map(uri -> ", DynamoDB at " + uri).orElse("")
                + settings.lambdaEndpoint().map(uri -> ", Lambda at " + uri).orElse("");
        credentials = settings.credentials()
                .<AwsCredentialsProvider>map(
                        key -> StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret())))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        links = dynamoDb(settings, AwsRetryStrategy.doNotRetry());
        journal = dynamoDb(settings, AwsRetryStrategy.standardRetryStrategy());
        lambda = configure(LambdaClient.builder(), settings, settings.lambdaEndpoint(), LAMBDA_SOCKET_TIMEOUT)
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        LOG.info("AWS clients: {}", description);
    }

    private DynamoDbClient dynamoDb(AwsSettings settings, RetryStrategy retries) {
        return configure(DynamoDbClient.builder(), settings, settings.dynamoDbEndpoint(), DYNAMODB_TIMEOUT)
                .overrideConfiguration(
                        config -> config.retryStrategy(retries).addExecutionInterceptor(new ResponseMetadata()))
                .build();
    }

    private <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B configure(
            B builder, AwsSettings settings, Optional<URI> endpoint, Duration socketTimeout) {
        endpoint.ifPresent(builder::endpointOverride);
        return builder.region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(settings.maxConnections())
                        .connectionTimeout(Duration.ofSeconds(2))
                        .socketTimeout(socketTimeout));
    }

    /** For the state machines' own calls. It never retries: whether to is the business of a state's Retry. */
    public DynamoDbClient links() {
        return links;
    }

    /** For the journal, whose writes are safe to repeat. */
    public DynamoDbClient journal() {
        return journal;
    }

    /** For functions. It never retries: whether to is the business of a state's Retry. */
    public LambdaClient lambda() {
        return lambda;
    }

    /** The check whether a table is there. */
    public ServiceCheck tableCheck(String table) {
        return TableCheck.of(table, journal);
    }

    /** Whether tables that are missing at start are created. */
    public boolean createTables() {
        return createTables;
    }

    /** The name of the region. */
    public String region() {
        return region;
    }

    @Override
    public String toString() {
        return description;
    }

    @Override
    public void close() {
        links.close();
        journal.close();
        lambda.close();
        if (credentials instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.debug("Closing the credentials provider failed", e);
            }
        }
    }
}
