package org.linkmoderation.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import org.linkmoderation.ExecutionEvent;
import org.linkmoderation.ExecutionListener;

/** A span for each request to the journal, which no route sees, in the span of the route that it belongs to. */
final class JournalTracing implements ExecutionListener {
    private final Tracer tracer;

    JournalTracing(OpenTelemetry telemetry) {
        tracer = telemetry.getTracer("link-moderation");
    }

    @Override
    public void on(ExecutionEvent event) {
        if (event instanceof ExecutionEvent.Journaled journaled
                && Span.current().getSpanContext().isValid()) {
            Span span = tracer.spanBuilder("journal " + journaled.request())
                    .setSpanKind(SpanKind.CLIENT)
                    .setAttribute("db.system.name", "aws.dynamodb")
                    .setStartTimestamp(journaled.began())
                    .startSpan();
            if (!journaled.answered()) {
                span.setStatus(StatusCode.ERROR, "no answer");
            }
            span.end(journaled.began().plus(journaled.duration()));
        }
    }
}
