package org.linkmoderation.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.linkmoderation.ContextTracing;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.TraceViewer;
import org.linkmoderation.component.InvalidSetting;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces of executions, sent to a collector; none while no collector is set. */
@Component(
        service = {},
        immediate = true,
        configurationPid = TracingSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Tracing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    private static final Duration EXPORT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);

    private final List<ServiceRegistration<?>> services;
    private final Runnable end;

    /**
     * @param bundle the bundle
     * @param properties the settings of PID {@code org.linkmoderation.tracing}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public Tracing(BundleContext bundle, Map<String, ?> properties) {
        TracingSettings settings;
        try {
            settings = TracingSettings.of(properties);
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            throw e;
        }
        if (settings.endpoint().isEmpty()) {
            LOG.info("Nothing is traced: no endpoint is set in etc/{}.cfg", TracingSettings.PID);
            services = List.of();
            end = () -> {};
            return;
        }
        URI endpoint = settings.endpoint().get();
        OpenTelemetrySdk telemetry = telemetry(settings, endpoint);
        end = telemetry::close;
        services = new ArrayList<>();
        services.add(bundle.registerService(ContextTracing.class, new RouteTracing(telemetry), null));
        services.add(bundle.registerService(ExecutionListener.class, new JournalTracing(telemetry), null));
        settings.tracePage().ifPresent(page -> services.add(bundle.registerService(TraceViewer.class, page, null)));
        LOG.info("Traces go to {}", withoutSecrets(endpoint));
    }

    /** What comes before the host and after the path may be for the collector alone. */
    private static String withoutSecrets(URI endpoint) {
        String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
        return endpoint.getScheme() + "://" + endpoint.getHost() + port + endpoint.getRawPath();
    }

    private static OpenTelemetrySdk telemetry(TracingSettings settings, URI endpoint) {
        OtlpHttpSpanExporterBuilder exporter =
                OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString()).setTimeout(EXPORT_TIMEOUT);
        settings.authorization().ifPresent(value -> exporter.addHeader("Authorization", value));
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.getDefault().toBuilder()
                                .put(AttributeKey.stringKey("service.name"), settings.serviceName())
                                .build())
                        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampleRatio())))
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(new Collector(exporter.build(), withoutSecrets(endpoint)))
                                        .setScheduleDelay(EXPORT_INTERVAL)
                                        .build())
                        .build())
                // Without baggage, which Camel would use for a mark of its own
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    @Deactivate
    @Override
    public void close() {
        services.forEach(ServiceRegistration::unregister);
        end.run();
    }
}
