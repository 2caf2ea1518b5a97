package org.linkmoderation.coordinator.server;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.Refusals;

/** Answers a request without the secret with 403, before anything of it is read but its head. */
final class SecretRequired extends Filter {

    private static final int FORBIDDEN = 403;
    private static final int NO_BODY = -1;

    private final BearerSecret secret;
    private final Refusals refusals;

    SecretRequired(BearerSecret secret, Refusals refusals) {
        this.secret = secret;
        this.refusals = refusals;
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        var refusal = secret.refusal(exchange.getRequestHeaders().getFirst(BearerSecret.HEADER));
        if (refusal.isEmpty()) {
            chain.doFilter(exchange);
            return;
        }
        refusals.add("The coordinator refused " + exchange.getRequestMethod() + " "
                + exchange.getRequestURI().getRawPath() + " from "
                + exchange.getRemoteAddress().getAddress().getHostAddress() + ": " + refusal.get() + ".");
        exchange.sendResponseHeaders(FORBIDDEN, NO_BODY);
        exchange.close();
    }

    @Override
    public String description() {
        return "refuses callers without the secret";
    }
}
