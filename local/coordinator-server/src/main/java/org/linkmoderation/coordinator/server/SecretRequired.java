package org.linkmoderation.coordinator.server;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Answers a request without the secret with 403, before anything of it is read but its head. */
final class SecretRequired extends Filter {

    private static final int FORBIDDEN = 403;
    private static final int NO_BODY = -1;

    private final byte[] authorization;
    private final Refusals refusals;

    SecretRequired(String secret, Refusals refusals) {
        authorization = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
        this.refusals = refusals;
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        var sent = exchange.getRequestHeaders().getFirst("Authorization");
        // Takes the same time wherever the two differ
        if (sent != null && MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), authorization)) {
            chain.doFilter(exchange);
            return;
        }
        refusals.add("The coordinator refused " + exchange.getRequestMethod() + " "
                + exchange.getRequestURI().getRawPath() + " from "
                + exchange.getRemoteAddress().getAddress().getHostAddress() + ": "
                + (sent == null ? "it came without the secret." : "it came with a wrong secret."));
        exchange.sendResponseHeaders(FORBIDDEN, NO_BODY);
        exchange.close();
    }

    @Override
    public String description() {
        return "refuses callers without the secret";
    }
}
