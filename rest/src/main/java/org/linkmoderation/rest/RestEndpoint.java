package org.linkmoderation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.linkmoderation.Executions;
import org.linkmoderation.StartRequest;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.http.HttpServer;
import org.linkmoderation.view.ExecutionJson;

/**
 * Answers {@code POST /<state machine>/requests}, {@code GET /<state machine>/executions/<name>} and, without a token,
 * {@code GET /openapi.json}, which describes them.
 */
final class RestEndpoint implements AutoCloseable {
    /** A call waits for the broker, up to its send timeout when it is down; the others do not wait for that. */
    private static final HttpLimits LIMITS = HttpLimits.defaults().withWorkers(32, 1_024);

    private static final String READING = "GET, HEAD";

    private final Set<String> stateMachines;
    private final Callers callers;
    private final Executions executions;
    private final RequestsResource requests;
    private final ExecutionsResource status;
    private final HttpServer server;
    private final byte[] description = description();

    /**
     * Answers when this returns.
     *
     * @param port the port; 0 for any
     * @param executions what is started and read
     * @throws IOException if the address is taken
     */
    RestEndpoint(RestSettings settings, int port, Executions executions) throws IOException {
        this.stateMachines = settings.stateMachines();
        this.callers = new Callers(settings.callers(), settings.callsPerSecond());
        this.executions = executions;
        this.requests = new RequestsResource(executions);
        this.status = new ExecutionsResource(executions);
        this.server = new HttpServer(
                "link-moderation rest",
                new InetSocketAddress(settings.host(), port),
                LIMITS,
                HttpHandler.blocking(this::answer),
                Problem::of);
    }

    private static byte[] description() {
        try (InputStream file = RestEndpoint.class.getResourceAsStream("openapi.json")) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port that it listens on. */
    int port() {
        return server.port();
    }

    /** An answer with a document. */
    static HttpResponse json(int status, JsonNode document) {
        return HttpResponse.of(
                        status,
                        "application/json",
                        (ExecutionJson.text(document) + "\n").getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "no-store");
    }

    private HttpResponse answer(HttpRequest request) {
        try {
            if (request.path().equals("/openapi.json")) {
                requireMethod(request, READING);
                return HttpResponse.of(200, "application/json", description);
            }
            return answer(callers.of(request), request);
        } catch (Problem e) {
            return e.response();
        }
    }

    private HttpResponse answer(Caller caller, HttpRequest request) {
        // The first is before the slash that a path begins with; a name has no slash
        String[] path = request.path().split("/", -1);
        if (path.length == 3 && path[2].equals("requests")) {
            requireStateMachine(path[1]);
            requireMethod(request, "POST");
            Callers.requireSender(caller);
            return requests.post(path[1], request);
        }
        if (path.length == 4 && path[2].equals("executions")) {
            requireStateMachine(path[1]);
            requireMethod(request, READING);
            return status.get(path[1], path[3]);
        }
        throw Problem.of(
                404,
                "NotFound",
                "There is nothing at '" + StartRequest.abbreviate(request.path())
                        + "'; expected /<state machine>/requests or /<state machine>/executions/<name>");
    }

    private void requireStateMachine(String name) {
        if (!stateMachines.contains(name)) {
            throw Problem.of(
                    404,
                    "StateMachineDoesNotExist",
                    "There is no state machine '" + StartRequest.abbreviate(name)
                            + "' among state.machines of etc/org.linkmoderation.rest.cfg");
        }
        if (!executions.stateMachines().contains(name)) {
            throw Problem.unavailable("The state machine '" + name + "' does not run in this container yet");
        }
    }

    private static void requireMethod(HttpRequest request, String allowed) {
        if (!Set.of(allowed.split(", ")).contains(request.method())) {
            throw Problem.of(
                            405,
                            "MethodNotAllowed",
                            "The method is " + StartRequest.abbreviate(request.method()) + "; expected " + allowed)
                    .with("Allow", allowed);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
