package org.linkmoderation.coordinator.server;

import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.Refusals;

/**
 * Gives the secret to the participants that the coordinator may call, and calls no other: also not one whose address
 * was in the directory before, or came in a participant's answer.
 */
final class ParticipantCalls implements ClientRequestFilter {

    private final BearerSecret secret;
    private final List<URI> allowed;
    private final Refusals refusals;

    ParticipantCalls(BearerSecret secret, List<URI> allowed, Refusals refusals) {
        this.secret = secret;
        this.allowed = allowed;
        this.refusals = refusals;
    }

    @Override
    public void filter(ClientRequestContext request) {
        if (ParticipantsAllowed.allows(allowed, request.getUri().toString())) {
            request.getHeaders().putSingle(BearerSecret.HEADER, secret.authorization());
        } else {
            refusals.add("The coordinator does not call " + request.getUri() + ": it is not below participant.urls.");
            request.abortWith(
                    Response.status(Response.Status.SERVICE_UNAVAILABLE).build());
        }
    }
}
