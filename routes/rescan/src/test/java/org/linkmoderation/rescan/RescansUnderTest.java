package org.linkmoderation.rescan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.component.Settings;
import org.linkmoderation.local.dynamodb.DynamoDbEndpoint;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.StateMachineUnderTest;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The state machines of rescans with the table store that the container has. What they start is remembered, by name,
 * and stays in flight until a test ends it.
 */
final class RescansUnderTest implements AutoCloseable {
    static final String TABLE = "url-shortener";

    final ScriptedLambda functions = new ScriptedLambda();

    /** What was started: state machine and name, with the input. */
    final Map<ExecutionId, String> started = new LinkedHashMap<>();

    int inFlight;
    boolean endsAtOnce;
    RuntimeException failure;
    private final DynamoDbEndpoint store;
    private final DynamoDbClient tables;
    final StateMachineUnderTest rescan;
    final StateMachineUnderTest all;

    RescansUnderTest(Path directory, int maxInFlight) throws Exception {
        store = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
        tables = DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + store.port()))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        RescanSettings settings =
                RescanSettings.of(new Settings(Rescan.PID, Map.of("max.in.flight", Integer.toString(maxInFlight))));
        Scans scans = new Scans(executions());
        Rescan.definition(settings, scans).tables().forEach(tables::createTable);
        rescan = new StateMachineUnderTest(Rescan.definition(settings, scans), functions, tables);
        all = new StateMachineUnderTest(Rescan.definitionOfAll(settings, scans), functions, tables);
    }

    /** The port that operators have, as far as rescans use it. */
    Executions executions() {
        return (Executions) Proxy.newProxyInstance(
                Executions.class.getClassLoader(),
                new Class<?>[] {Executions.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "stateMachines" -> Set.of(RescanStateMachine.NAME, RescanAllStateMachine.NAME);
                    case "inFlight" -> Math.min(inFlight, (Integer) arguments[1]);
                    case "startRecorded" ->
                        start((String) arguments[0], (Optional<?>) arguments[1], (String) arguments[2]);
                    case "describe" -> recorded((ExecutionId) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    private Execution start(String stateMachine, Optional<?> name, String input)
            throws InvalidRequestException, JsonProcessingException {
        if (failure != null) {
            throw failure;
        }
        ExecutionId id = new ExecutionId(stateMachine, (String) name.orElseThrow());
        StartRequest request = StartRequest.of(stateMachine, id.name(), "request " + id, ExecutionType.STANDARD, input);
        if (stateMachine.equals(RescanStateMachine.NAME)) {
            Link.of(new ObjectMapper().readTree(input));
        }
        if (started.containsKey(id)) {
            throw ExecutionAlreadyExistsException.of(recorded(id));
        }
        started.put(id, input);
        inFlight += endsAtOnce ? 0 : 1;
        return Execution.started(request, "", Instant.EPOCH, Instant.EPOCH);
    }

    private Execution recorded(ExecutionId id) throws InvalidRequestException {
        return Execution.started(
                StartRequest.of(id.stateMachine(), id.name(), "request " + id, ExecutionType.STANDARD, started.get(id)),
                "",
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** Puts a link with attributes: name, value, name, value, … */
    void put(String code, String url, String status, String... attributes) {
        Map<String, AttributeValue> item = new LinkedHashMap<>(key(code));
        item.put("url", AttributeValue.fromS(url));
        item.put("status", AttributeValue.fromS(status));
        for (int i = 0; i < attributes.length; i += 2) {
            item.put(attributes[i], AttributeValue.fromS(attributes[i + 1]));
        }
        tables.putItem(request -> request.tableName(TABLE).item(item));
    }

    void delete(String code) {
        tables.deleteItem(request -> request.tableName(TABLE).key(key(code)));
    }

    /** The texts of a link. */
    Map<String, String> link(String code) {
        Map<String, String> link = new LinkedHashMap<>();
        tables.getItem(request -> request.tableName(TABLE).key(key(code)))
                .item()
                .forEach((name, value) -> link.put(name, value.s()));
        return link;
    }

    private static Map<String, AttributeValue> key(String code) {
        return Map.of("PK", AttributeValue.fromS("LINK#" + code), "SK", AttributeValue.fromS("META"));
    }

    /** How long an execution of all links waited. */
    Duration waited(String execution) {
        return Duration.between(
                all.execution(execution).startDate(),
                all.execution(execution).stopDate().orElseThrow());
    }

    @Override
    public void close() {
        rescan.close();
        all.close();
        tables.close();
        store.close();
    }
}
