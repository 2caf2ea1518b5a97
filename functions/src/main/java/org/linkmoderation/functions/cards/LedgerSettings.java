package org.linkmoderation.functions.cards;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.linkmoderation.functions.InvalidSetting;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The ledger's settings, as environment variables give them. Each is explained in the README of this module.
 *
 * @param table the name of the table
 * @param sampleCards the cards to add if they are not there, and the table with them; none on AWS
 * @param environment the variables, of which the client takes those that the AWS SDK knows
 */
record LedgerSettings(String table, List<SampleCard> sampleCards, Map<String, String> environment) {

    /** What the names of all settings begin with. A name that begins so and is none of them is refused. */
    private static final String PREFIX = "CARD_LEDGER_";

    private static final String TABLE = PREFIX + "TABLE";
    private static final String SAMPLE_CARDS = PREFIX + "SAMPLE_CARDS";
    private static final Set<String> NAMES = new TreeSet<>(Set.of(TABLE, SAMPLE_CARDS));

    private static final String ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB";
    private static final String REGION = "AWS_REGION";
    private static final String KEY_ID = "AWS_ACCESS_KEY_ID";
    private static final String KEY = "AWS_SECRET_ACCESS_KEY";
    private static final String SESSION = "AWS_SESSION_TOKEN";

    private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");
    private static final Pattern CARD = Pattern.compile("([A-Za-z0-9_-]{1,64}):([0-9]{1,12}):([A-Z]{3})");

    // All attempts together end before the function's time-out of 20 s
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int ATTEMPTS = 6;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /**
     * Reads and checks the settings.
     *
     * @param environment names and values
     * @throws InvalidSetting if a value is not what it should be, or a name is unknown
     */
    static LedgerSettings of(Map<String, String> environment) {
        for (var name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !NAMES.contains(name)) {
                throw new InvalidSetting(name, environment.get(name), "one of the names " + String.join(", ", NAMES));
            }
        }
        var table = value(environment, TABLE, "card-ledger");
        if (!TABLE_NAME.matcher(table).matches()) {
            throw new InvalidSetting(TABLE, table, "the name of a table, 3 to 255 letters, digits, _ . and -");
        }
        endpoint(environment);
        return new LedgerSettings(table, sampleCards(environment), Map.copyOf(environment));
    }

    /** The names of all settings of the ledger's own. */
    static Set<String> names() {
        return Set.copyOf(NAMES);
    }

    /**
     * A client with the region, endpoint and credentials of the environment, or else by the SDK's own rules. It has no
     * threads, and tries again what fails in passing; each request here may come twice.
     */
    DynamoDbClient client() {
        var client = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(ANSWER))
                .overrideConfiguration(
                        override -> override.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .backoffStrategy(BackoffStrategy.exponentialDelay(SHORTEST_PAUSE, LONGEST_PAUSE))
                                .retryOnException(LedgerSettings::isConflict)
                                .circuitBreakerEnabled(false)
                                .build()));
        configure(client);
        return client.build();
    }

    private void configure(DynamoDbClientBuilder client) {
        var endpoint = endpoint(environment);
        if (endpoint != null) {
            client.endpointOverride(endpoint);
        }
        var region = value(environment, REGION, "");
        if (!region.isEmpty()) {
            client.region(Region.of(region));
        }
        var keyId = value(environment, KEY_ID, "");
        var key = value(environment, KEY, "");
        var session = value(environment, SESSION, "");
        if (!keyId.isEmpty() && !key.isEmpty()) {
            client.credentialsProvider(StaticCredentialsProvider.create(
                    session.isEmpty()
                            ? AwsBasicCredentials.create(keyId, key)
                            : AwsSessionCredentials.create(keyId, key, session)));
        }
    }

    /** Whether DynamoDB cancelled a transaction only because another had the same card or key in its hands. */
    private static boolean isConflict(Throwable thrown) {
        return thrown instanceof TransactionCanceledException cancelled
                && cancelled.cancellationReasons().stream()
                        .anyMatch(reason -> "TransactionConflict".equals(reason.code()));
    }

    private static URI endpoint(Map<String, String> environment) {
        var endpoint = value(environment, ENDPOINT, "");
        if (endpoint.isEmpty()) {
            return null;
        }
        try {
            var uri = URI.create(endpoint);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // The same answer as for another scheme
        }
        throw new InvalidSetting(ENDPOINT, endpoint, "an http or https URL");
    }

    private static List<SampleCard> sampleCards(Map<String, String> environment) {
        var cards = new ArrayList<SampleCard>();
        var value = value(environment, SAMPLE_CARDS, "");
        for (var word : value.isEmpty() ? new String[0] : value.split("\\s+")) {
            var card = CARD.matcher(word);
            if (!card.matches()) {
                throw new InvalidSetting(
                        SAMPLE_CARDS,
                        word,
                        "token:balance:currency, the balance in minor units, with spaces between several");
            }
            cards.add(new SampleCard(card.group(1), Long.parseLong(card.group(2)), card.group(3)));
        }
        return List.copyOf(cards);
    }

    private static String value(Map<String, String> environment, String name, String standard) {
        var value = environment.get(name);
        return value == null || value.isBlank() ? standard : value.strip();
    }
}
