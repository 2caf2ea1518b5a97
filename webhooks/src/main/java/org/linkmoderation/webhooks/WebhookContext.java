package org.linkmoderation.webhooks;

import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.linkmoderation.Executions;
import org.linkmoderation.states.TransactedJms;

/** One run of the webhooks: the routes, and the calls that they make. */
final class WebhookContext implements AutoCloseable {
    /** What is under way then is cut off, and delivered again. */
    private static final long SHUTDOWN_SECONDS = 15;

    private final CamelContext context;
    private final WebhookCalls calls;

    /**
     * Starts.
     *
     * @param context a Camel context that has not started
     * @param settings the settings
     * @param executions has the histories
     * @param broker the broker
     * @throws Exception if a route can't be started; nothing is left then
     */
    WebhookContext(CamelContext context, WebhookSettings settings, Executions executions, ConnectionFactory broker)
            throws Exception {
        this.context = context;
        Clock clock = Clock.systemUTC();
        calls = new WebhookCalls(settings.timeout(), 2 * settings.consumers(), settings.allowPrivate(), clock);
        try {
            context.getCamelContextExtension().setName("webhooks");
            context.getManagementNameStrategy().setNamePattern("#name#");
            context.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
            context.getShutdownStrategy().setShutdownNowOnTimeout(true);
            TransactedJms.addTo(context, broker);
            context.addRoutes(new WebhookRoutes(
                    settings,
                    new Courier(settings, calls, new Sequence(executions, settings.timeout()), clock),
                    clock));
            context.start();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            context.stop();
        } finally {
            calls.close();
        }
    }
}
