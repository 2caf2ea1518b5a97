package org.linkmoderation.coordinator.server;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.Refusals;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;

/** Answers a request without the secret with 403. */
final class SecretRequired implements HttpHandler {

    private static final HttpResponse FORBIDDEN = new HttpResponse(403, Map.of(), new byte[0]);

    private final BearerSecret secret;
    private final Refusals refusals;
    private final HttpHandler handler;

    /**
     * @param secret what a caller has to know
     * @param refusals is told of who does not
     * @param handler answers who does
     */
    SecretRequired(BearerSecret secret, Refusals refusals, HttpHandler handler) {
        this.secret = secret;
        this.refusals = refusals;
        this.handler = handler;
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) throws Exception {
        var refusal = secret.refusal(request.header(BearerSecret.HEADER).orElse(null));
        if (refusal.isEmpty()) {
            return handler.handle(request);
        }
        refusals.add("The coordinator refused " + request.method() + " " + pathOf(request) + " from "
                + request.remote().getAddress().getHostAddress() + ": " + refusal.get() + ".");
        return CompletableFuture.completedFuture(FORBIDDEN);
    }

    /** As sent, percent-encoded, so that it can be logged. */
    private static String pathOf(HttpRequest request) {
        return request.target().replaceFirst("\\?.*", "");
    }
}
