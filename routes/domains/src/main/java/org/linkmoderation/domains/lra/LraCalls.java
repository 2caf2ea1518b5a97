package org.linkmoderation.domains.lra;

import java.io.IOException;
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
    /** The header that says by what URL the coordinator knows a participant that has joined. */
    private static final String RECOVERY = "Long-Running-Action-Recovery";

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
        return send("POST", start, Map.of(), "").thenApply(answer -> {
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

    /**
     * Once in a saga, by its first run; the runs that resume it have moved the participant to their container. Without
     * the step's time limit, which would begin anew with every run that joins; and without an address to be told that
     * the saga is closed, for nothing is left to do then: so a saga can be closed whichever container is away.
     */
    @Override
    public CompletableFuture<Void> join(URL lra, LRASagaStep step, Exchange exchange) {
        if (exchange.getProperty(LraCoordinator.PARTICIPANT) != null) {
            return CompletableFuture.completedFuture(null);
        }
        var link = link(step.getCompensation().orElseThrow().getEndpointUri(), step.getOptions());
        return send(
                        "PUT",
                        at(lra, ""),
                        Map.of(
                                "Content-Type",
                                "text/plain",
                                "Link",
                                link,
                                Exchange.SAGA_LONG_RUNNING_ACTION,
                                lra.toString()),
                        "")
                .thenAccept(answer -> {
                    if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
                        throw unexpected("let the saga " + lra + " be joined", answer);
                    }
                    answer.headers()
                            .firstValue(RECOVERY)
                            .ifPresent(participant -> exchange.setProperty(LraCoordinator.PARTICIPANT, participant));
                });
    }

    /**
     * Has the coordinator call this container from now on, instead of the one that joined the saga.
     *
     * @param participant the recovery URL that the coordinator gave the participant when it joined
     */
    void move(URI lra, String participant, String compensation, Map<String, String> options) {
        var recovery = URI.create(coordinator + "/recovery/" + uid(lra) + "/" + uid(URI.create(participant)));
        var answer = answer(send("PUT", recovery, TEXT, link(compensation, options)));
        // A saga that the coordinator does not know any more needs nobody who is called
        if (answer.statusCode() != HttpURLConnection.HTTP_OK
                && answer.statusCode() != HttpURLConnection.HTTP_NOT_FOUND) {
            throw unexpected("call this container for the saga " + lra + " from now on", answer);
        }
    }

    /** Where the coordinator calls when the saga is cancelled. */
    private String link(String compensation, Map<String, String> options) {
        return "<"
                + new LRAUrlBuilder()
                        .host(service.getLocalParticipantUrl())
                        .path(service.getLocalParticipantContextPath())
                        .options(options)
                        .compensation(compensation)
                        .path("/compensate")
                        .build()
                + ">; rel=compensate";
    }

    /** What became of it is for {@link LraCoordinator#status} to say: the coordinator may have cancelled it. */
    @Override
    public CompletableFuture<Void> complete(URL lra, Exchange exchange) {
        return send("PUT", at(lra, "/close"), TEXT, "").thenAccept(answer -> {
            if (!isAccepted(answer)) {
                throw unexpected("close the saga " + lra, answer);
            }
        });
    }

    /** A saga that is cancelled already, or forgotten since, counts as cancelled. */
    @Override
    public CompletableFuture<Void> compensate(URL lra, Exchange exchange) {
        return send("PUT", at(lra, "/cancel"), TEXT, "").thenAccept(answer -> {
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
        return URI.create(coordinator + "/" + uid(lra) + path);
    }

    private String uid(URI id) {
        var text = id.toString();
        var uid = text.substring(text.lastIndexOf('/') + 1);
        if (!UID.matcher(uid).matches()) {
            throw new ServiceUnavailableException(text + " is no saga of the coordinator at " + coordinator, null);
        }
        return uid;
    }

    HttpResponse<String> get(URI uri) {
        return answer(send("GET", uri, Map.of(), ""));
    }

    private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> call) {
        try {
            return call.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceUnavailableException unavailable ? unavailable : e;
        }
    }

    /**
     * Waits for the answer in the thread that asks, which has nothing else to do: the saga goes on in it, and no thread
     * is made for the answer.
     */
    private CompletableFuture<HttpResponse<String>> send(
            String method, URI uri, Map<String, String> headers, String body) {
        var request = HttpRequest.newBuilder(uri)
                .timeout(callTimeout)
                .header("Authorization", authorization)
                .header("Accept", "text/plain, application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return CompletableFuture.completedFuture(http.send(request.build(), head -> new TimelyText(callTimeout)));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(notAnswered(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(notAnswered(e));
        }
    }

    private ServiceUnavailableException notAnswered(Exception cause) {
        var reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new ServiceUnavailableException(
                "The coordinator of sagas at " + coordinator + " does not answer: " + reason, cause);
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
