package org.linkmoderation.aws;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;

/**
 * Where the AWS services are, and as whom they are called.
 *
 * @param region the region
 * @param dynamoDbEndpoint the endpoint of DynamoDB; AWS's own if empty
 * @param lambdaEndpoint the endpoint of Lambda; AWS's own if empty
 * @param credentials the access key; the default provider chain if empty
 * @param maxConnections how many connections each client may hold
 * @param createTables whether tables that are missing at start are created
 */
record AwsSettings(
        String region,
        Optional<URI> dynamoDbEndpoint,
        Optional<URI> lambdaEndpoint,
        Optional<AccessKey> credentials,
        int maxConnections,
        boolean createTables) {
    static final String PID = "org.linkmoderation.aws";

    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");

    /** An access key; its secret never leaves it by way of a log. */
    record AccessKey(String id, String secret) {
        @Override
        public String toString() {
            return "AccessKey[" + id + "]";
        }
    }

    static AwsSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        Optional<String> id = settings.optional("access.key.id");
        Optional<String> secret = settings.optional("secret.access.key");
        if (id.isPresent() != secret.isPresent()) {
            throw settings.invalid(
                    id.isPresent() ? "secret.access.key" : "access.key.id",
                    "a value, as its counterpart has one; or none for both, for AWS's default provider chain");
        }
        return new AwsSettings(
                settings.text("region", "us-east-1", REGION, "the name of an AWS region such as eu-central-1"),
                endpoint(settings, "dynamodb.endpoint"),
                endpoint(settings, "lambda.endpoint"),
                id.map(accessKey -> new AccessKey(accessKey, secret.orElseThrow())),
                settings.integer("max.connections", 128, 1, 10_000),
                settings.flag("create.tables", false));
    }

    private static Optional<URI> endpoint(Settings settings, String key) {
        return settings.optional(key)
                .map(value -> settings.uri(
                        key,
                        value,
                        uri -> uri.getHost() != null
                                && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())),
                        "an http or https URL, or nothing for AWS"));
    }
}
