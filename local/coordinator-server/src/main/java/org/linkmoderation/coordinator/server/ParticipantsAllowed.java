package org.linkmoderation.coordinator.server;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.linkmoderation.component.Refusals;

/**
 * Refuses a participant that the coordinator may not call, when it joins or changes its address, instead of accepting
 * what could never be undone.
 */
final class ParticipantsAllowed implements ContainerRequestFilter {

    private static final int LARGEST_BODY = 65_536;
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>,;\"]+");

    private final List<URI> allowed;
    private final Refusals refusals;

    ParticipantsAllowed(List<URI> allowed, Refusals refusals) {
        this.allowed = allowed;
        this.refusals = refusals;
    }

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        if (!"PUT".equals(request.getMethod())) {
            return;
        }
        var body = request.getEntityStream().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            request.abortWith(
                    Response.status(Response.Status.REQUEST_ENTITY_TOO_LARGE).build());
            return;
        }
        request.setEntityStream(new ByteArrayInputStream(body));
        check(request, request.getHeaderString("Link"));
        check(request, new String(body, StandardCharsets.UTF_8));
    }

    private void check(ContainerRequestContext request, String text) {
        var urls = URL.matcher(text == null ? "" : text);
        while (urls.find()) {
            if (!allows(allowed, urls.group())) {
                refusals.add("The coordinator refused a participant at " + urls.group()
                        + ": it is not below participant.urls.");
                request.abortWith(Response.status(Response.Status.FORBIDDEN)
                        .entity("The participant's URL is not below participant.urls of the coordinator.")
                        .type("text/plain")
                        .build());
                return;
            }
        }
    }

    /** Whether a URL has scheme, host, port and the beginning of the path of one that is allowed. */
    static boolean allows(List<URI> allowed, String url) {
        try {
            var asked = URI.create(url).normalize();
            return asked.getUserInfo() == null
                    && asked.getHost() != null
                    && allowed.stream().anyMatch(base -> isBelow(base, asked));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isBelow(URI base, URI asked) {
        var path = base.getPath().endsWith("/") ? base.getPath() : base.getPath() + "/";
        return base.getScheme().equalsIgnoreCase(asked.getScheme())
                && base.getHost().equalsIgnoreCase(asked.getHost())
                && base.getPort() == asked.getPort()
                && (asked.getPath() + "/").startsWith(path);
    }
}
