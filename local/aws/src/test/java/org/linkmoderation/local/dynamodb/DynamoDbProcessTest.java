package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

@Timeout(90)
class DynamoDbProcessTest {

    private static final String TABLE = "executions";
    private static final ClassPath CLASS_PATH = new ClassPath(LocalRepository::find);

    @TempDir
    private Path directory;

    private DynamoDbSettings settings;

    @BeforeEach
    void choosePort() throws IOException {
        settings = settings(freePort());
    }

    @Test
    void shouldAnswerWhatTheJournalAndTheLinksAskFor() throws Exception {
        var process = DynamoDbProcess.start(settings, CLASS_PATH, () -> {});
        try (var client = client()) {
            createTable(client);
            client.updateTimeToLive(request -> request.tableName(TABLE)
                    .timeToLiveSpecification(ttl -> ttl.attributeName("expires").enabled(true)));
            client.putItem(request -> request.tableName(TABLE)
                    .item(Map.of("PK", text("a"), "status", text("RUNNING"), "started", number(1))));
            assertThatThrownBy(() -> client.putItem(request -> request.tableName(TABLE)
                            .item(Map.of("PK", text("a")))
                            .conditionExpression("attribute_not_exists(PK)")
                            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)))
                    .isInstanceOfSatisfying(
                            ConditionalCheckFailedException.class,
                            e -> assertThat(e.item()).containsEntry("status", text("RUNNING")));
            client.updateItem(request -> request.tableName(TABLE)
                    .key(Map.of("PK", text("a")))
                    .expected(Map.of(
                            "status",
                            ExpectedAttributeValue.builder()
                                    .value(text("RUNNING"))
                                    .build()))
                    .attributeUpdates(Map.of(
                            "status",
                            AttributeValueUpdate.builder()
                                    .value(text("SUCCEEDED"))
                                    .build())));
            var put = TransactWriteItem.builder()
                    .put(item -> item.tableName(TABLE).item(Map.of("PK", text("b"))))
                    .build();
            var update = TransactWriteItem.builder()
                    .update(item -> item.tableName(TABLE)
                            .key(Map.of("PK", text("a")))
                            .updateExpression("SET #s = :new")
                            .conditionExpression("#s = :old")
                            .expressionAttributeNames(Map.of("#s", "status"))
                            .expressionAttributeValues(Map.of(":new", text("FAILED"), ":old", text("RUNNING"))))
                    .build();
            assertThatThrownBy(() -> client.transactWriteItems(request -> request.transactItems(put, update)))
                    .isInstanceOf(TransactionCanceledException.class);
            assertThat(client.query(request -> request.tableName(TABLE)
                                    .indexName("by-status")
                                    .keyConditionExpression("#s = :s AND started > :from")
                                    .expressionAttributeNames(Map.of("#s", "status"))
                                    .expressionAttributeValues(Map.of(":s", text("SUCCEEDED"), ":from", number(0))))
                            .items())
                    .singleElement()
                    .satisfies(item -> assertThat(item).containsEntry("PK", text("a")));
        } finally {
            process.stop();
        }
    }

    @Test
    void shouldListenOnOneLoopbackAddressOnly() throws Exception {
        var process = DynamoDbProcess.start(settings, CLASS_PATH, () -> {});
        try {
            assertThat(accepts("127.0.0.1")).isTrue();
            for (var card : NetworkInterface.networkInterfaces().toList()) {
                for (var address : card.inetAddresses().toList()) {
                    assertThat(accepts(address.getHostAddress()))
                            .as(address.toString())
                            .isEqualTo("127.0.0.1".equals(address.getHostAddress()));
                }
            }
        } finally {
            process.stop();
        }
        assertThat(accepts("127.0.0.1")).isFalse();
        assertThat(ProcessHandle.of(process.pid())).isEmpty();
    }

    @Test
    void shouldReplaceAProcessThatWasKilledAndLoseNothing() throws Exception {
        var pid = settings.directory().resolve("process").resolve("pid");
        var kept = DynamoDbLocal.keepRunning(
                settings, LocalRepository::find, Duration.ofMillis(100), Duration.ofMillis(400));
        try (var client = client()) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answers(client));
            createTable(client);
            client.putItem(request -> request.tableName(TABLE).item(Map.of("PK", text("kept"))));
            var killed = Long.parseLong(Files.readString(pid).split(" ")[0]);
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !ProcessHandle.of(killed)
                                    .map(ProcessHandle::isAlive)
                                    .orElse(false)
                            && answers(client));
            assertThat(client.getItem(request -> request.tableName(TABLE).key(Map.of("PK", text("kept"))))
                            .item())
                    .isNotEmpty();
        } finally {
            kept.stop();
        }
        assertThat(pid).doesNotExist();
    }

    @Test
    void shouldEndWithTheJvmThatStartedItEvenWhenThatIsKilled() throws Exception {
        var owner = OwnerProcess.start(settings.port(), directory);
        owner.kill();
        owner.database().onExit().get(20, TimeUnit.SECONDS);
        assertThat(accepts("127.0.0.1")).isFalse();
    }

    @Test
    void shouldEndAProcessThatWasLeftBehindOnTheSameDirectory() throws Exception {
        var left = DynamoDbProcess.start(settings, CLASS_PATH, () -> {});
        var process = DynamoDbProcess.start(settings, CLASS_PATH, () -> {});
        try {
            assertThat(ProcessHandle.of(left.pid())).isEmpty();
            assertThat(process.pid()).isNotEqualTo(left.pid());
        } finally {
            process.stop();
        }
    }

    @Test
    void shouldNotEndAnotherProcessThatGotTheSameId() throws Exception {
        var file = directory.resolve("pid");
        var self = ProcessHandle.current().pid();
        Files.writeString(file, self + " 2001-01-01T00:00:00Z");
        assertThat(new ProcessMark(file).endProcess()).isEmpty();
    }

    @Test
    void shouldSayThatItsPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> DynamoDbProcess.start(settings(taken.getLocalPort()), CLASS_PATH, () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + taken.getLocalPort() + " of 127.0.0.1 is taken by another program");
        }
    }

    @Test
    void shouldSayWhatCannotBeFetched() {
        var offline = new ClassPath(url -> {
            throw new FileNotFoundException("no network\n at a place");
        });
        assertThatThrownBy(() -> DynamoDbProcess.start(settings, offline, () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("its part mvn:com\\.amazonaws/DynamoDBLocal/[0-9.]+ cannot be fetched"
                        + " \\(no network\\): check the network and etc/org\\.ops4j\\.pax\\.url\\.mvn\\.cfg");
    }

    private DynamoDbSettings settings(int port) {
        return new DynamoDbSettings(
                port, directory.resolve("database"), directory.resolve("log").resolve("dynamodb-local.log"), 128);
    }

    private DynamoDbClient client() {
        return DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + settings.port()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    private static void createTable(DynamoDbClient client) {
        var index = GlobalSecondaryIndex.builder()
                .indexName("by-status")
                .keySchema(key("status", KeyType.HASH), key("started", KeyType.RANGE))
                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                .build();
        client.createTable(request -> request.tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute("PK", ScalarAttributeType.S),
                        attribute("status", ScalarAttributeType.S),
                        attribute("started", ScalarAttributeType.N))
                .keySchema(key("PK", KeyType.HASH))
                .globalSecondaryIndexes(index));
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static boolean answers(DynamoDbClient client) {
        try {
            client.listTables();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private boolean accepts(String host) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, settings.port()), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(String.valueOf(value));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
