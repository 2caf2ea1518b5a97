package org.linkmoderation.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.linkmoderation.deployment.ContainerUnderTest;
import org.linkmoderation.states.StateMachineDefinition;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A container with one state machine, asked over HTTP without signatures, so that answers are seen as they are. */
final class UnsignedApi implements AutoCloseable {
    static final String ACCOUNT = "111111111111";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final ContainerUnderTest container;
    private final ApiEndpoint endpoint;
    private final String prefix = "arn:aws:states:us-east-1:" + ACCOUNT + ":";
    private final String name;

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body the body, which is always JSON
     */
    record Answer(int status, JsonNode body) {}

    UnsignedApi(StateMachineDefinition definition, LambdaClient lambda) throws IOException {
        this(definition, lambda, Map.of());
    }

    /** @param settings settings besides {@code unsigned}, {@code account} and {@code throttle} */
    UnsignedApi(StateMachineDefinition definition, LambdaClient lambda, Map<String, String> settings)
            throws IOException {
        name = definition.name();
        container = new ContainerUnderTest(definition, lambda);
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(Map.of("unsigned", "true", "account", ACCOUNT, "throttle", "false"));
        endpoint = new ApiEndpoint(ApiSettings.of(all), 0, container.executions(), Clock.systemUTC());
    }

    ContainerUnderTest container() {
        return container;
    }

    String stateMachineArn() {
        return prefix + "stateMachine:" + name;
    }

    /** A request with its members: names and values by turns. */
    static ObjectNode request(Object... members) {
        ObjectNode request = JSON.createObjectNode();
        for (int i = 0; i < members.length; i += 2) {
            request.set((String) members[i], JSON.valueToTree(members[i + 1]));
        }
        return request;
    }

    /** The answer to an action, whatever it is. */
    Answer ask(String action, ObjectNode request) throws Exception {
        return ask(action, request.toString());
    }

    Answer ask(String action, String body) throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port()))
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .header("X-Amz-Target", "AWSStepFunctions." + action)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }

    /** The answer to an action that succeeds. */
    JsonNode answer(String action, ObjectNode request) throws Exception {
        Answer answer = ask(action, request);
        if (answer.status() != 200) {
            throw new AssertionError(action + ": " + answer);
        }
        return answer.body();
    }

    int port() {
        return endpoint.port();
    }

    @Override
    public void close() {
        endpoint.close();
        container.close();
    }
}
