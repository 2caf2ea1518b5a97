package org.linkmoderation.coordinator.server;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.util.ArrayList;

/** The coordinator adds to a request's headers, whose lists the JDK's server has made unchangeable. */
@PreMatching
final class ChangeableHeaders implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        request.getHeaders().replaceAll((name, values) -> new ArrayList<>(values));
    }
}
