package org.linkmoderation.monitoring;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.ExecutionListener;
import org.linkmoderation.Executions;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.component.Settings;
import org.linkmoderation.component.Supervisor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics and health over HTTP. It runs, and says so, also where no state machine does. */
@Component(
        service = {},
        immediate = true,
        configurationPid = MonitoringSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Monitoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final ServiceMetrics services;
    private final ServiceRegistration<ExecutionListener> listener;
    private final Supervisor endpoint;
    private volatile Executions executions;

    /**
     * @param bundle the bundle
     * @param properties the settings of PID {@code org.linkmoderation.monitoring}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public Monitoring(BundleContext bundle, Map<String, ?> properties) {
        MonitoringSettings settings = Settings.checked(() -> MonitoringSettings.of(properties), LOG);
        // First: it limits what may be registered
        ExecutionMetrics metrics = new ExecutionMetrics(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbage.bindTo(registry);
        listener = bundle.registerService(ExecutionListener.class, metrics, null);
        services = new ServiceMetrics(this::executions, metrics, registry, settings.pollInterval());
        Health health = new Health(this::executions);
        endpoint = new Supervisor("The endpoint of metrics and health", FIRST_DELAY, LONGEST_DELAY, ended -> {
            ListenAddress.requireFree(settings.host(), settings.port());
            HttpEndpoint started =
                    new HttpEndpoint(settings.host(), settings.port(), settings.token(), this::page, health);
            LOG.info("Metrics and health are at http://{}:{}/moderation/", settings.host(), settings.port());
            return started::close;
        });
    }

    private String page() {
        return services.read(registry::scrape);
    }

    private Optional<Executions> executions() {
        return Optional.ofNullable(executions);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setExecutions(Executions executions) {
        this.executions = executions;
    }

    void unsetExecutions(Executions gone) {
        if (executions == gone) {
            executions = null;
        }
    }

    @Deactivate
    @Override
    public void close() {
        endpoint.stop();
        listener.unregister();
        services.close();
        garbage.close();
        registry.close();
    }
}
