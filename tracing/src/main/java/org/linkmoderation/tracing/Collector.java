package org.linkmoderation.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The collector that spans are sent to. It says once that it takes none, and once that it does again. */
final class Collector implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    /** Would write an error with a stack trace for each attempt; held, so that its level lasts. */
    private static final java.util.logging.Logger EACH_ATTEMPT =
            java.util.logging.Logger.getLogger("io.opentelemetry.exporter.internal.http.HttpExporter");

    static {
        EACH_ATTEMPT.setLevel(Level.OFF);
    }

    private final SpanExporter exporter;
    private final String name;
    private final AtomicBoolean isAway = new AtomicBoolean();

    /**
     * @param exporter sends the spans
     * @param name what the log calls it
     */
    Collector(SpanExporter exporter, String name) {
        this.exporter = exporter;
        this.name = name;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> note(result));
    }

    private void note(CompletableResultCode result) {
        if (result.isSuccess()) {
            if (isAway.compareAndSet(true, false)) {
                LOG.info("The collector of traces at {} takes spans again", name);
            }
        } else if (isAway.compareAndSet(false, true)) {
            LOG.warn(
                    "The collector of traces at {} takes no spans: {}. They are dropped until it does",
                    name,
                    reason(result.getFailureThrowable()));
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure == null ? null : failure.getCause();
        if (cause == null) {
            return "it refuses them; are path and authorization right?";
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ConnectException || cause instanceof ClosedChannelException) {
            return "no connection";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
