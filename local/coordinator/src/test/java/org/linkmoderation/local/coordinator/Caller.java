package org.linkmoderation.local.coordinator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls a coordinator as any program could. */
final class Caller {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI coordinator;
    private final String authorization;

    /** @param authorization the header's value; null for none */
    Caller(int port, String authorization) {
        this.coordinator = URI.create("http://127.0.0.1:" + port + "/lra-coordinator");
        this.authorization = authorization;
    }

    static Caller withSecret(CoordinatorSettings settings) {
        return new Caller(settings.port(), "Bearer " + settings.secret());
    }

    HttpResponse<String> start(Duration timeLimit) throws IOException, InterruptedException {
        return send("POST", coordinator + "/start?TimeLimit=" + timeLimit.toMillis(), null);
    }

    HttpResponse<String> join(String lra, String participant) throws IOException, InterruptedException {
        return send(
                "PUT",
                lra,
                "<" + participant + "/compensate?execution=a>; rel=compensate,<" + participant
                        + "/complete?execution=a>; rel=complete");
    }

    /** Changes where a participant is called to compensate. */
    HttpResponse<String> move(String recoveryUrl, String participant) throws IOException, InterruptedException {
        return send("PUT", recoveryUrl, null, "<" + participant + "/compensate?execution=a>; rel=compensate");
    }

    HttpResponse<String> close(String lra) throws IOException, InterruptedException {
        return send("PUT", lra + "/close", null);
    }

    HttpResponse<String> cancel(String lra) throws IOException, InterruptedException {
        return send("PUT", lra + "/cancel", null);
    }

    /** The action's status, or 404 as text if the coordinator does not know it (any more). */
    String status(String lra) throws IOException, InterruptedException {
        var answer = send("GET", lra + "/status", null);
        return answer.statusCode() == 200 ? answer.body() : String.valueOf(answer.statusCode());
    }

    HttpResponse<String> list() throws IOException, InterruptedException {
        return send("GET", coordinator.toString(), null);
    }

    private HttpResponse<String> send(String method, String url, String link) throws IOException, InterruptedException {
        return send(method, url, link, "");
    }

    private HttpResponse<String> send(String method, String url, String link, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "text/plain")
                .header("Accept", "text/plain, application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (link != null) {
            request.header("Link", link);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
