package org.linkmoderation.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import org.linkmoderation.Executions;
import org.linkmoderation.Unavailable;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.http.HttpServer;
import org.linkmoderation.view.Audit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks the protocol of the API: AWS JSON 1.0, an action per request.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html">AWS JSON 1.0</a>
 */
final class ApiEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiEndpoint.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String TARGET = "AWSStepFunctions.";
    private static final String TYPE = "application/x-amz-json-1.0";
    private static final int MAX_BODY_BYTES = 1_048_576;

    /** What operators do to an execution that is there. */
    private static final Set<String> AUDITED = Set.of("StopExecution", "RedriveExecution");

    /** A StartSyncExecution keeps a worker for as long as it runs. */
    private static final HttpLimits LIMITS =
            HttpLimits.defaults().withBodyBytes(MAX_BODY_BYTES).withWorkers(32, 1_024);

    private final ApiSettings settings;
    private final Actions actions;
    private final SignatureCheck signatures;
    private final Throttle throttle = new Throttle();
    private final HttpServer server;

    /**
     * Answers when this returns.
     *
     * @param port the port; 0 for any
     * @param executions what is started, read and stopped
     * @throws IOException if the address is taken
     */
    ApiEndpoint(ApiSettings settings, int port, Executions executions, Clock clock) throws IOException {
        this.settings = settings;
        this.actions = new Actions(executions, settings.arns(), clock);
        this.signatures = new SignatureCheck(settings.arns().region(), settings.keys(), clock);
        this.server = new HttpServer(
                "link-moderation api",
                new InetSocketAddress(settings.host(), port),
                LIMITS,
                HttpHandler.blocking(this::answer));
    }

    /** The port that it listens on. */
    int port() {
        return server.port();
    }

    private HttpResponse answer(HttpRequest request) {
        if (!request.method().equals("POST")
                || !request.path().equals("/")
                || !request.query().isEmpty()
                || !request.header("Content-Type")
                        .orElse("")
                        .split(";", 2)[0]
                        .strip()
                        .equalsIgnoreCase(TYPE)) {
            return response(404, "text/xml", "<UnknownOperationException/>\n".getBytes(StandardCharsets.UTF_8));
        }
        try {
            return response(200, TYPE, bytes(call(request)));
        } catch (ApiException e) {
            return error(e);
        } catch (RuntimeException e) {
            String target = VisibleText.of(request.header("X-Amz-Target").orElse(""));
            if (Unavailable.in(e)) {
                LOG.warn("{} is answered with ServiceUnavailable: {}", target, e.toString());
                return error(ApiException.unavailable());
            }
            LOG.error("{}: internal error", target, e);
            return error(ApiException.internal());
        }
    }

    private ObjectNode call(HttpRequest request) {
        JsonNode body = body(request);
        String target = request.header("X-Amz-Target").orElse("");
        String action = target.startsWith(TARGET) ? target.substring(TARGET.length()) : "";
        actions.require(action);
        String user = "unsigned";
        if (!settings.unsigned()
                || request.header("Authorization").isPresent()
                        && !settings.keys().isEmpty()) {
            AccessKey key = signatures.check(request);
            actions.requireAllowed(action, key);
            user = key.id();
        } else if (request.header("Origin").isPresent()) {
            // A web page that is open on this machine is no client of it
            throw ApiException.of("AccessDeniedException", "Requests of web pages must be signed");
        }
        if (settings.throttle()) {
            throttle.count(action);
        }
        ObjectNode answer = actions.answer(action, body);
        if (AUDITED.contains(action)) {
            Audit.changed(user, action, body.path("executionArn").asText());
        }
        return answer;
    }

    private static JsonNode body(HttpRequest request) {
        try {
            JsonNode body = JSON.readTree(request.body());
            if (body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException e) {
            // The error below says so
        } catch (IOException e) {
            throw new IllegalStateException("An array can be read", e);
        }
        throw ApiException.of("SerializationException", "The body is not a JSON object");
    }

    private static HttpResponse error(ApiException error) {
        return response(
                error.status(),
                TYPE,
                bytes(JSON.createObjectNode().put("__type", error.error()).put("message", error.getMessage())));
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree can be written", e);
        }
    }

    private static HttpResponse response(int status, String type, byte[] body) {
        return HttpResponse.of(status, type, body)
                .with("x-amzn-RequestId", UUID.randomUUID().toString())
                .with("Cache-Control", "no-store");
    }

    @Override
    public void close() {
        server.close();
    }
}
