package org.linkmoderation.coordinator.server;

import jakarta.ws.rs.core.SecurityContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerException;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.spi.ContainerResponseWriter;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;

/** Serves a JAX-RS application: what Jersey calls a container, on our HTTP server. */
final class JaxRsHandler implements HttpHandler {
    /** A caller with the secret is answered; the application asks for no name and no role. */
    private static final SecurityContext NOBODY = new SecurityContext() {
        @Override
        public Principal getUserPrincipal() {
            return null;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return null;
        }
    };

    private final ApplicationHandler application;
    private final URI base;

    /**
     * @param application the application
     * @param base the URL that its paths are below
     */
    JaxRsHandler(ResourceConfig application, URI base) {
        this.application = new ApplicationHandler(application);
        this.base = base;
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        URI target;
        try {
            target = base.resolve(request.target());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(HttpResponse.text(400, "The request target is not a URI.\n"));
        }
        var incoming = new ContainerRequest(
                base, target, request.method(), NOBODY, new MapPropertiesDelegate(), application.getConfiguration());
        request.headers().forEach(incoming::header);
        incoming.setEntityStream(new ByteArrayInputStream(request.body()));
        var writer = new ResponseWriter();
        incoming.setWriter(writer);
        application.handle(incoming);
        return writer.response;
    }

    /** Collects a response; it is whole before anything of it is sent. */
    private static final class ResponseWriter implements ContainerResponseWriter {
        private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;

        @Override
        public OutputStream writeResponseStatusAndHeaders(long contentLength, ContainerResponse context) {
            status = context.getStatus();
            context.getStringHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            return body;
        }

        @Override
        public boolean suspend(long timeOut, TimeUnit timeUnit, TimeoutHandler timeoutHandler) {
            return true;
        }

        @Override
        public void setSuspendTimeout(long timeOut, TimeUnit timeUnit) {
            throw new IllegalStateException("No method of the coordinator limits the time of its answer");
        }

        @Override
        public void commit() {
            response.complete(new HttpResponse(status, headers, body.toByteArray()));
        }

        @Override
        public void failure(Throwable error) {
            response.completeExceptionally(error instanceof ContainerException ? error.getCause() : error);
        }

        @Override
        public boolean enableResponseBuffering() {
            return false;
        }
    }
}
