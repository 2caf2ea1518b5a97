package org.linkmoderation.domains.lra;

import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.service.lra.LRAClient;
import org.apache.camel.service.lra.LRASagaService;
import org.apache.camel.service.lra.LRASagaStep;
import org.apache.camel.service.lra.LRAUrlBuilder;
import org.linkmoderation.ServiceUnavailableException;

/**
 * The calls to the coordinator, with a timeout and the secret on each. They go to the coordinator's own URL only: of an
 * LRA's id its last part is taken, whatever address stands before it.
 *
 * <p>All that fails fails with a {@link ServiceUnavailableException}: nothing was decided, or it is not known what.
 */
final class LraCalls extends LRAClient {
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9_.:-]+");
    private static final Map<String, String> TEXT = Map.of("Content-Type", "text/plain");

    private final LRASagaService service;
    private final URI coordinator;
    private final String authorization;
    private final Duration callTimeout;
    private final Duration sagaTimeout;
    private final HttpClient http;

    LraCalls(LRASagaService service, URI coordinator, String secret, Duration callTimeout, Duration sagaTimeout) {
        this(
                service,
                coordinator,
                secret,
                callTimeout,
                sagaTimeout,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(callTimeout)
                        .build());
    }

    private LraCalls(
            LRASagaService service,
            URI coordinator,
            String secret,
            Duration callTimeout,
            Duration sagaTimeout,
            HttpClient http) {
        super(service, http);
        this.service = service;
        this.coordinator = coordinator;
        this.authorization = "Bearer " + secret;
        this.callTimeout = callTimeout;
        this.sagaTimeout = sagaTimeout;
        this.http = http;
    }

    /** With a time limit from the start: a saga that is cut off before it is joined would be active for ever. */
    @Override
    public CompletableFuture<URL> newLRA(Exchange exchange) {
        var client = URLEncoder.encode(service.getLocalParticipantUrl(), StandardCharsets.UTF_8);
        var start = URI.create(coordinator + "/start?TimeLimit=" + sagaTimeout.toMillis() + "&ClientID=" + client);
        return send("POST", start, Map.of()).thenApply(answer -> {
            if (answer.statusCode() != HttpURLConnection.HTTP_CREATED) {
                throw unexpected("start a saga", answer);
            }
            try {
                return at(URI.create(answer.body().trim()), "").toURL();
            } catch (MalformedURLException | IllegalArgumentException e) {
                throw unexpected("name the saga that it started", answer);
            }
        });
    }

    /** Without the step's time limit, which would begin anew with every run that joins. */
    @Override
    public CompletableFuture<Void> join(URL lra, LRASagaStep step, Exchange exchange) {
        var participant = new LRAUrlBuilder()
                .host(service.getLocalParticipantUrl())
                .path(service.getLocalParticipantContextPath())
                .options(step.getOptions())
                .compensation(step.getCompensation())
                .completion(step.getCompletion());
        var link = "<" + participant.path("/compensate").build() + ">; rel=compensate,<"
                + participant.path("/complete").build() + ">; rel=complete";
        return send(
                        "PUT",
                        at(lra, ""),
                        Map.of(
                                "Content-Type",
                                "text/plain",
                                "Link",
                                link,
                                Exchange.SAGA_LONG_RUNNING_ACTION,
                                lra.toString()))
                .thenAccept(answer -> {
                    if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
                        throw unexpected("let the saga " + lra + " be joined", answer);
                    }
                });
    }

    /** What became of it is for {@link LraCoordinator#status} to say: the coordinator may have cancelled it. */
    @Override
    public CompletableFuture<Void> complete(URL lra, Exchange exchange) {
        return send("PUT", at(lra, "/close"), TEXT).thenAccept(answer -> {
            if (!isAccepted(answer)) {
                throw unexpected("close the saga " + lra, answer);
            }
        });
    }

    /** A saga that is cancelled already, or forgotten since, counts as cancelled. */
    @Override
    public CompletableFuture<Void> compensate(URL lra, Exchange exchange) {
        return send("PUT", at(lra, "/cancel"), TEXT).thenAccept(answer -> {
            if (!isAccepted(answer)
                    && answer.statusCode() != HttpURLConnection.HTTP_NOT_FOUND
                    && answer.statusCode() != HttpURLConnection.HTTP_PRECON_FAILED) {
                throw unexpected("cancel the saga " + lra, answer);
            }
        });
    }

    private static boolean isAccepted(HttpResponse<String> answer) {
        return answer.statusCode() == HttpURLConnection.HTTP_OK
                || answer.statusCode() == HttpURLConnection.HTTP_ACCEPTED;
    }

    private URI at(URL lra, String path) {
        return at(URI.create(lra.toString()), path);
    }

    /**
     * Where the coordinator answers for an LRA.
     *
     * @throws ServiceUnavailableException if that is no LRA's id
     */
    URI at(URI lra, String path) {
        var id = lra.toString();
        var uid = id.substring(id.lastIndexOf('/') + 1);
        if (!UID.matcher(uid).matches()) {
            throw new ServiceUnavailableException(id + " is no saga of the coordinator at " + coordinator, null);
        }
        return URI.create(coordinator + "/" + uid + path);
    }

    HttpResponse<String> get(URI uri) {
        try {
            return send("GET", uri, Map.of()).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceUnavailableException unavailable ? unavailable : e;
        }
    }

    private CompletableFuture<HttpResponse<String>> send(String method, URI uri, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(uri)
                .timeout(callTimeout)
                .header("Authorization", authorization)
                .header("Accept", "text/plain, application/json")
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                // The request's own timeout ends with the head of the answer
                .orTimeout(2 * callTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> {
                    if (failure == null) {
                        return answer;
                    }
                    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    var reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
                    throw new ServiceUnavailableException(
                            "The coordinator of sagas at " + coordinator + " does not answer: " + reason, cause);
                });
    }

    ServiceUnavailableException unexpected(String what, HttpResponse<String> answer) {
        return new ServiceUnavailableException(
                "The coordinator of sagas at " + coordinator + " does not " + what + ": it answered with "
                        + answer.statusCode()
                        + (answer.statusCode() == HttpURLConnection.HTTP_FORBIDDEN
                                ? "; its secret, or its participant.urls, are not ours"
                                : ""),
                null);
    }
}
