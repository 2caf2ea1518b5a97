package org.linkmoderation.saga.lra;

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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.service.lra.LRAClient;
import org.apache.camel.service.lra.LRASagaService;
import org.apache.camel.service.lra.LRASagaStep;
import org.apache.camel.service.lra.LRAUrlBuilder;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.component.BearerSecret;

/**
 * The calls to the coordinator, with a timeout and the secret on each. They go to the coordinator's own URL only: of an
 * LRA's id, and of what the coordinator answers, the last part alone is taken, whatever address comes before it.
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
    private final BearerSecret secret;
    private final Duration callTimeout;
    private final HttpClient http;

    LraCalls(LRASagaService service, LraSettings settings) {
        this(
                service,
                settings,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.callTimeout())
                        .build());
    }

    private LraCalls(LRASagaService service, LraSettings settings, HttpClient http) {
        super(service, http);
        this.service = service;
        this.coordinator = settings.url();
        this.secret = settings.secret();
        this.callTimeout = settings.callTimeout();
        this.http = http;
    }

    /** With a time limit from the start: a saga that is cut off before it is joined would be active for ever. */
    @Override
    public CompletableFuture<URL> newLRA(Exchange exchange) {
        return answered(() -> begin(exchange));
    }

    private CompletableFuture<URL> begin(Exchange exchange) {
        var client = URLEncoder.encode(service.getLocalParticipantUrl(), StandardCharsets.UTF_8);
        var timeLimit = exchange.getProperty(SagaCoordinator.TIME_LIMIT, Duration.class);
        var start = URI.create(coordinator + "/start?TimeLimit=" + timeLimit.toMillis() + "&ClientID=" + client);
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
     * the saga is closed, for nothing is left to do then: so a saga can be closed whichever container is down.
     */
    @Override
    public CompletableFuture<Void> join(URL lra, LRASagaStep step, Exchange exchange) {
        return answered(() -> joinOnce(lra, step, exchange));
    }

    private CompletableFuture<Void> joinOnce(URL lra, LRASagaStep step, Exchange exchange) {
        if (exchange.getProperty(SagaCoordinator.PARTICIPANT) != null) {
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
                            .ifPresent(participant -> exchange.setProperty(SagaCoordinator.PARTICIPANT, participant));
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

    /** What became of it is for {@link #status} to say: the coordinator may have cancelled it. */
    @Override
    public CompletableFuture<Void> complete(URL lra, Exchange exchange) {
        return answered(() -> close(lra));
    }

    private CompletableFuture<Void> close(URL lra) {
        return send("PUT", at(lra, "/close"), TEXT, "").thenAccept(answer -> {
            if (!isAccepted(answer)) {
                throw unexpected("close the saga " + lra, answer);
            }
        });
    }

    /** A saga that is cancelled already, or forgotten since, counts as cancelled. */
    @Override
    public CompletableFuture<Void> compensate(URL lra, Exchange exchange) {
        return answered(() -> cancel(lra));
    }

    private CompletableFuture<Void> cancel(URL lra) {
        return send("PUT", at(lra, "/cancel"), TEXT, "").thenAccept(answer -> {
            if (!isAccepted(answer)
                    && answer.statusCode() != HttpURLConnection.HTTP_NOT_FOUND
                    && answer.statusCode() != HttpURLConnection.HTTP_PRECON_FAILED) {
                throw unexpected("cancel the saga " + lra, answer);
            }
        });
    }

    /** Camel's Saga EIP waits for ever for a call that throws instead of failing. */
    private static <T> CompletableFuture<T> answered(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
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
    private URI at(URI lra, String path) {
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

    /**
     * The status of an LRA.
     *
     * @throws ServiceUnavailableException if the coordinator does not say so
     */
    LraStatus status(URI lra) {
        var answer = get(at(lra, "/status"));
        if (answer.statusCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            return LraStatus.UNKNOWN;
        }
        if (answer.statusCode() == HttpURLConnection.HTTP_OK) {
            // "FailedToCancel" and the like
            var name =
                    answer.body().trim().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
            for (var status : LraStatus.values()) {
                if (status.name().equals(name)) {
                    return status;
                }
            }
        }
        throw unexpected("tell the status of " + lra, answer);
    }

    /**
     * Asks the coordinator whether it is there.
     *
     * @return its URL
     * @throws ServiceUnavailableException if it is not, or does not know the secret
     */
    String check() {
        var answer = get(URI.create(coordinator + "?Status=FailedToCancel"));
        if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
            throw unexpected("list the sagas given up", answer);
        }
        return coordinator.toString();
    }

    private HttpResponse<String> get(URI uri) {
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
                .header(BearerSecret.HEADER, secret.authorization())
                .header("Accept", "text/plain, application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return CompletableFuture.completedFuture(
                    http.send(request.build(), head -> new TimeLimitedBody(callTimeout)));
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

    private ServiceUnavailableException unexpected(String what, HttpResponse<String> answer) {
        return new ServiceUnavailableException(
                "The coordinator of sagas at " + coordinator + " does not " + what + ": it answered with "
                        + answer.statusCode()
                        + (answer.statusCode() == HttpURLConnection.HTTP_FORBIDDEN
                                ? "; its secret, or its participant.urls, are not ours"
                                : ""),
                null);
    }
}
