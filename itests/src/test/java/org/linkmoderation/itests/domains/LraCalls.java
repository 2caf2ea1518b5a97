package org.linkmoderation.itests.domains;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls a coordinator, or the endpoint of a participant, as any program could. */
final class LraCalls {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String authorization;

    /** @param secret what they are called with; null for nothing */
    LraCalls(String secret) {
        authorization = secret == null ? null : "Bearer " + secret;
    }

    /** Starts a long-running action that is cancelled after this time. */
    HttpResponse<String> start(String coordinator, Duration timeLimit) throws IOException, InterruptedException {
        return send("POST", coordinator + "/start?TimeLimit=" + timeLimit.toMillis(), null, null);
    }

    /** Joins with a participant that is called at {@code <participant>/compensate?execution=<name>} and the like. */
    HttpResponse<String> join(String lra, String participant, String name) throws IOException, InterruptedException {
        return send(
                "PUT",
                lra,
                null,
                "<" + participant + "/compensate?execution=" + name + ">; rel=compensate,<" + participant
                        + "/complete?execution=" + name + ">; rel=complete");
    }

    /**
     * Joins as the sagas do: with a participant that is called when the action is cancelled, and not when it is closed.
     */
    HttpResponse<String> joinToCompensate(String lra, String participant, String name)
            throws IOException, InterruptedException {
        return send("PUT", lra, null, "<" + participant + "/compensate?execution=" + name + ">; rel=compensate");
    }

    HttpResponse<String> put(String url) throws IOException, InterruptedException {
        return send("PUT", url, null, null);
    }

    HttpResponse<String> put(String url, String lra) throws IOException, InterruptedException {
        return send("PUT", url, lra, null);
    }

    HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return send("GET", url, null, null);
    }

    private HttpResponse<String> send(String method, String url, String lra, String link)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "text/plain")
                .header("Accept", "text/plain, application/json")
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (lra != null) {
            request.header("Long-Running-Action", lra);
        }
        if (link != null) {
            request.header("Link", link);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
