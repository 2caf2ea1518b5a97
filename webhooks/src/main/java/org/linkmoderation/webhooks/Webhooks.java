package org.linkmoderation.webhooks;

import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.karaf.core.OsgiClassResolver;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.linkmoderation.DeadLetterQueue;
import org.linkmoderation.Executions;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.component.Supervisor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells receivers of the ends of executions, while its settings are there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = WebhookSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Webhooks implements AutoCloseable {
    /** What {@code moderation:dead-letters} calls the queue. */
    private static final String NAME = "webhooks";

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final ServiceRegistration<DeadLetterQueue> deadLetters;
    private final Supervisor routes;

    /**
     * @param bundle the bundle
     * @param executions has the histories
     * @param broker the broker; another one by the setting {@code ConnectionFactory.target}, a filter
     * @param properties the settings of PID {@code org.linkmoderation.webhooks}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public Webhooks(
            BundleContext bundle,
            @Reference Executions executions,
            @Reference(name = "ConnectionFactory", target = "(name=link-moderation)") ConnectionFactory broker,
            Map<String, ?> properties) {
        WebhookSettings settings = Settings.checked(() -> WebhookSettings.of(properties), LOG);
        deadLetters = bundle.registerService(
                DeadLetterQueue.class,
                new DeadLetterQueue(NAME, broker, settings.queue(), UnaryOperator.identity()),
                null);
        routes = new Supervisor("The webhooks", FIRST_DELAY, LONGEST_DELAY, ended -> {
            OsgiDefaultCamelContext context = new OsgiDefaultCamelContext(bundle);
            context.setClassResolver(new OsgiClassResolver(context, bundle));
            context.getExecutorServiceManager().setThreadNamePattern(NAME + " ##counter# #name#");
            WebhookContext started = new WebhookContext(context, settings, executions, broker);
            LOG.info(
                    "Webhooks take notices from queue {}; a state machine sends them there that has notices.queue ="
                            + " {} in its file.",
                    settings.queue(),
                    settings.queue());
            return started::close;
        });
    }

    @Deactivate
    @Override
    public void close() {
        routes.stop();
        deadLetters.unregister();
    }
}
