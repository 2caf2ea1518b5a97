package org.linkmoderation.rest;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.linkmoderation.component.Refusals;
import org.linkmoderation.component.TokenBucket;
import org.linkmoderation.http.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells by its token who calls, and limits how often each does. */
final class Callers {
    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final String SCHEME = "Bearer realm=\"link-moderation\"";

    private final List<Caller> callers;
    private final Map<String, TokenBucket> buckets;
    private final Refusals refusals = new Refusals(LOG::warn);

    /**
     * @param callers who may call
     * @param perSecond how many calls of each are answered per second; twice as many at once
     */
    Callers(List<Caller> callers, int perSecond) {
        this.callers = callers;
        this.buckets = callers.stream()
                .collect(Collectors.toMap(
                        Callers::key, caller -> new TokenBucket(2 * perSecond, perSecond, System::nanoTime)));
    }

    private static String key(Caller caller) {
        return caller.isSender() + caller.name();
    }

    /**
     * Who sent a request.
     *
     * @throws Problem if nobody known did, or if it calls too often
     */
    Caller of(HttpRequest request) {
        String header = request.header("Authorization").orElse(null);
        Caller found = null;
        for (Caller caller : callers) {
            // Each is compared, so that the time does not tell which of them is nearly right
            if (caller.secret().refusal(header).isEmpty()) {
                found = caller;
            }
        }
        if (found == null) {
            throw unknown(request, header != null);
        }
        if (!buckets.get(key(found)).take()) {
            throw Problem.of(429, "TooManyCalls", "The caller '" + found.name() + "' calls too often; repeat it later")
                    .with("Retry-After", "1");
        }
        return found;
    }

    private Problem unknown(HttpRequest request, boolean hasHeader) {
        refusals.add("Refused " + request.method() + " from "
                + request.remote().getAddress().getHostAddress() + ": "
                + (hasHeader ? "it came with a wrong token." : "it came without a token."));
        return Problem.of(
                        401,
                        "Unauthorized",
                        hasHeader
                                ? "The token is not one of etc/org.linkmoderation.rest.cfg"
                                : "There is no token; expected the header Authorization: Bearer <token>")
                .with("WWW-Authenticate", hasHeader ? SCHEME + ", error=\"invalid_token\"" : SCHEME);
    }

    /**
     * Requires that a caller may send requests.
     *
     * @throws Problem if it may only look
     */
    static void requireSender(Caller caller) {
        if (!caller.isSender()) {
            throw Problem.of(403, "AccessDenied", "The token of '" + caller.name() + "' is for looking only")
                    .with("WWW-Authenticate", SCHEME + ", error=\"insufficient_scope\"");
        }
    }
}
