package org.linkmoderation.coordinator.server;

import io.narayana.lra.coordinator.domain.service.LRAService;
import io.narayana.lra.coordinator.internal.LRARecoveryModule;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * Lets a participant be moved to another address, by a PUT to the recovery URL that it was given when it joined, also
 * after a restart: Narayana has the participant in its store then, but not in its table of recovery URLs. And by
 * whatever name the coordinator was called: it finds a participant by the whole text of that URL.
 */
@PreMatching
final class MovedParticipants implements ContainerRequestFilter {

    private static final Pattern RECOVERY = Pattern.compile("/lra-coordinator/recovery/([^/]+)/[^/]+");

    private final URI base;

    /** @param base where all URLs of this coordinator begin */
    MovedParticipants(URI base) {
        this.base = base;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        var asked = request.getUriInfo().getRequestUri();
        var uri = base.resolve(asked.getRawPath() + (asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery()));
        request.setRequestUri(base, uri);
        var recovery = RECOVERY.matcher(uri.getRawPath());
        if ("PUT".equals(request.getMethod()) && recovery.matches()) {
            remember(LRARecoveryModule.getService(), recovery.group(1), uri.toASCIIString());
        }
    }

    private static void remember(LRAService service, String lra, String recoveryUrl) {
        if (service.getParticipant(recoveryUrl) != null) {
            return;
        }
        try {
            // The address is what the request is about to change; until then nobody asks for it
            service.updateRecoveryURI(URI.create(lra), "", recoveryUrl, false);
        } catch (NotFoundException | IllegalArgumentException e) {
            // No such action: that is what the coordinator will answer
        }
    }
}
