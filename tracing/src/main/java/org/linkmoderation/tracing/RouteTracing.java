package org.linkmoderation.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import org.apache.camel.CamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.linkmoderation.ContextTracing;

/**
 * A span for each route that an exchange passes and each endpoint that it is sent to, by Camel's own tracer; it reads
 * and writes the W3C headers of messages too.
 */
final class RouteTracing implements ContextTracing {
    private final OpenTelemetry telemetry;

    RouteTracing(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public void trace(CamelContext context) {
        context.getRegistry().bind("tracer", Tracer.class, telemetry.getTracer("link-moderation"));
        context.getRegistry().bind("contextPropagators", ContextPropagators.class, telemetry.getPropagators());
        // The tracer looks its decorators of spans up through the thread's class loader, which knows nothing of them
        Thread thread = Thread.currentThread();
        ClassLoader caller = thread.getContextClassLoader();
        thread.setContextClassLoader(OpenTelemetryTracer.class.getClassLoader());
        try {
            new OpenTelemetryTracer().init(context);
        } finally {
            thread.setContextClassLoader(caller);
        }
    }
}
