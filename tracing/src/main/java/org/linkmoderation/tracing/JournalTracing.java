package org.linkmoderation.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import org.linkmoderation.ExecutionListener;

/** A span for each request to the journal, which no route sees, in the span of the route that it belongs to. */
final class JournalTracing implements ExecutionListener {
    private final Tracer tracer;

    JournalTracing(OpenTelemetry telemetry) {
        tracer = telemetry.getTracer("link-moderation");
    }

    @Override
    public void journaled(String request, Instant began, Duration duration, boolean answered) {
        if (Span.current().getSpanContext().isValid()) {
            Span span = tracer.spanBuilder("journal " + request)
                    .setSpanKind(SpanKind.CLIENT)
                    .setAttribute("db.system.name", "aws.dynamodb")
                    .setStartTimestamp(began)
                    .startSpan();
            if (!answered) {
                span.setStatus(StatusCode.ERROR, "no answer");
            }
            span.end(began.plus(duration));
        }
    }
}
