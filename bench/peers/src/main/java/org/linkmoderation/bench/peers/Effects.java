package org.linkmoderation.bench.peers;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** What a moderation does to the world, the same for all peers: calls the function, and updates the link. */
final class Effects implements AutoCloseable {

    private static final String LINKS = "url-shortener";
    private static final int CONNECTIONS = 128;

    private final DynamoDbClient dynamoDb;
    private final LambdaClient lambda;

    /** The effects at these endpoints. */
    Effects(String dynamoDbUrl, String lambdaUrl) {
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        dynamoDb = DynamoDbClient.builder()
                .endpointOverride(URI.create(dynamoDbUrl))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(CONNECTIONS))
                .build();
        lambda = LambdaClient.builder()
                .endpointOverride(URI.create(lambdaUrl))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(CONNECTIONS))
                .build();
    }

    /** AWS's client, for what only the bare requests have in DynamoDB. */
    DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** The function's input. */
    static String input(String code, String url) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url + "\"}";
    }

    /** Has the function scan the link; its output. */
    String scan(String code, String url) {
        return lambda.invoke(request ->
                        request.functionName("ModerateCheck").payload(SdkBytes.fromUtf8String(input(code, url))))
                .payload()
                .asUtf8String();
    }

    /** Activates the link by the one conditional update that a moderation makes. */
    void activate(String execution, String code, String url) {
        dynamoDb.updateItem(request -> request.tableName(LINKS)
                .key(Map.of("PK", AttributeValue.fromS("LINK#" + code), "SK", AttributeValue.fromS("META")))
                .attributeUpdates(Map.of(
                        "status", put("active"),
                        "moderatedBy", put(execution),
                        "moderatedAt", put(Instant.now().toString()),
                        "decisions",
                                AttributeValueUpdate.builder()
                                        .action(AttributeAction.ADD)
                                        .value(AttributeValue.fromN("1"))
                                        .build()))
                .expected(Map.of("status", equal("pending"), "url", equal(url)))
                .returnValues(ReturnValue.UPDATED_NEW));
    }

    private static AttributeValueUpdate put(String value) {
        return AttributeValueUpdate.builder()
                .action(AttributeAction.PUT)
                .value(AttributeValue.fromS(value))
                .build();
    }

    private static ExpectedAttributeValue equal(String value) {
        return ExpectedAttributeValue.builder()
                .comparisonOperator(ComparisonOperator.EQ)
                .attributeValueList(AttributeValue.fromS(value))
                .build();
    }

    @Override
    public void close() {
        dynamoDb.close();
        lambda.close();
    }
}
