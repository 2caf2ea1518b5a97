package org.linkmoderation.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returns;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.component.Settings;
import org.linkmoderation.local.dynamodb.DynamoDbEndpoint;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.states.StateMachineDefinition;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.StateMachineUnderTest;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The expiry of links, with the table store that the container has. */
class ExpiryStateMachineTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Map<String, AttributeValue> KEY =
            Map.of("PK", AttributeValue.fromS("LINK#old"), "SK", AttributeValue.fromS("META"));

    private final ScriptedLambda functions = new ScriptedLambda();
    private DynamoDbEndpoint store;
    private DynamoDbClient tables;
    private StateMachineUnderTest expiry;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        store = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
        tables = DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + store.port()))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        StateMachineDefinition definition = Expiry.definition(new Settings(Expiry.PID, Map.of()));
        definition.tables().forEach(tables::createTable);
        tables.putItem(request -> request.tableName("url-shortener")
                .item(Map.of("PK", KEY.get("PK"), "SK", KEY.get("SK"), "status", AttributeValue.fromS("active"))));
        expiry = new StateMachineUnderTest(definition, functions, tables);
    }

    @AfterEach
    void stop() {
        expiry.close();
        tables.close();
        store.close();
    }

    @Test
    void shouldExpireTheLinkAWeekAfterItsOwnerWasTold() throws Exception {
        functions.script(
                List.of(functionError("Lambda.TooManyRequestsException", "Rate exceeded"), returns("{\"told\":true}")));

        Execution execution = expiry.run("old", "{\"code\":\"old\"}");

        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.trail()).containsExactly("TellOwner", "GracePeriod", "Expire");
        assertThat(functions.calls()).hasSize(2);
        assertThat(Duration.between(execution.startDate(), expiry.clock().instant()))
                .isEqualTo(WEEK.plusSeconds(1));
        assertThat(status()).isEqualTo("expired");
    }

    @Test
    void shouldLeaveALinkThatIsNoLongerActive() throws Exception {
        functions.script(List.of(returns("{\"told\":true}")));
        expiry.clock().advance(WEEK);
        tables.deleteItem(request -> request.tableName("url-shortener").key(KEY));

        Execution execution = expiry.run("old", "{\"code\":\"old\"}");

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(status()).isNull();
    }

    private String status() {
        AttributeValue status = tables.getItem(
                        request -> request.tableName("url-shortener").key(KEY))
                .item()
                .get("status");
        return status == null ? null : status.s();
    }
}
