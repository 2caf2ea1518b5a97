package org.linkmoderation.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.RequestIdReusedException;
import org.linkmoderation.RequestTooLargeException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests to start executions: what it accepts is in the queue of the state machine. */
final class RequestsResource {
    private static final Logger LOG = LoggerFactory.getLogger(RequestsResource.class);

    private static final String KEY = "Idempotency-Key";
    private static final Pattern KEY_TEXT = Pattern.compile("[ -~]{1,255}");
    private static final Pattern JSON =
            Pattern.compile("application/json(\\s*;\\s*charset=\"?utf-8\"?)?", Pattern.CASE_INSENSITIVE);

    private final Executions executions;
    private final RecentKeys recent = new RecentKeys();

    /** @param executions starts them */
    RequestsResource(Executions executions) {
        this.executions = executions;
    }

    /**
     * Sends the requests of a call to the queue.
     *
     * @return status 202
     * @throws Problem if none of them was accepted
     */
    HttpResponse post(String stateMachine, HttpRequest request) {
        requireJson(request);
        Optional<String> name = name(request.query());
        Optional<String> key = request.header(KEY).map(RequestsResource::key);
        try {
            List<String> names = recent.once(
                    stateMachine,
                    key,
                    name,
                    request.body(),
                    () -> executions.startAll(
                            stateMachine, name, key, request.header(StartRequest.TRACEPARENT), request.body()));
            return accepted(stateMachine, names, isArray(request));
        } catch (ExecutionAlreadyExistsException e) {
            throw Problem.of(409, "ExecutionAlreadyExists", e.getMessage());
        } catch (RequestIdReusedException e) {
            throw Problem.of(409, "IdempotencyKeyReused", e.getMessage());
        } catch (RequestTooLargeException e) {
            throw Problem.of(413, "States.DataLimitExceeded", e.getMessage());
        } catch (InvalidRequestException e) {
            throw Problem.of(400, "InvalidRequest", e.getMessage());
        } catch (Problem e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("Requests for {} are not accepted: {}", stateMachine, e.getMessage());
            LOG.debug("Requests for {} are not accepted", stateMachine, e);
            throw Problem.unavailable(
                    "The broker or the journal does not answer; repeat the call with the same " + KEY);
        }
    }

    private static void requireJson(HttpRequest request) {
        String type = request.header("Content-Type").orElse("");
        String encoding = request.header("Content-Encoding").orElse("identity");
        if (!JSON.matcher(type.strip()).matches() || !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(
                            415,
                            "UnsupportedMediaType",
                            "The body is " + (type.isBlank() ? "of no type" : "'" + StartRequest.abbreviate(type) + "'")
                                    + (encoding.equalsIgnoreCase("identity") ? "" : ", encoded")
                                    + "; expected Content-Type: application/json in UTF-8, not encoded")
                    .with("Accept-Post", "application/json");
        }
    }

    private static Optional<String> name(String query) {
        if (query.isEmpty()) {
            return Optional.empty();
        }
        if (!query.startsWith("name=") || query.indexOf('&') >= 0) {
            throw Problem.of(
                    400,
                    "InvalidRequest",
                    "The query is '" + StartRequest.abbreviate(query) + "'; expected name=… or none");
        }
        try {
            return Optional.of(URLDecoder.decode(query.substring("name=".length()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "InvalidRequest", "The name in the query is not percent-encoded UTF-8");
        }
    }

    /** As it is, or as the string of a structured field. */
    private static String key(String header) {
        String text = header.strip();
        if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1).replaceAll("\\\\([\"\\\\])", "$1");
        }
        if (!KEY_TEXT.matcher(text).matches()) {
            throw Problem.of(
                    400,
                    "InvalidRequest",
                    "The " + KEY + " has " + text.length() + " characters; expected 1 to 255 of ASCII");
        }
        return text;
    }

    private static boolean isArray(HttpRequest request) {
        return request.text().stripLeading().startsWith("[");
    }

    private static HttpResponse accepted(String stateMachine, List<String> names, boolean isArray) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (isArray) {
            ArrayNode list = body.putArray("executions");
            names.forEach(name -> describe(list.addObject(), stateMachine, name));
        } else {
            describe(body, stateMachine, names.get(0));
        }
        HttpResponse response = RestEndpoint.json(202, body);
        return isArray ? response : response.with("Location", location(stateMachine, names.get(0)));
    }

    private static void describe(ObjectNode execution, String stateMachine, String name) {
        execution.put("name", name).put("stateMachine", stateMachine).put("location", location(stateMachine, name));
    }

    private static String location(String stateMachine, String name) {
        return "/" + stateMachine + "/executions/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
