package org.linkmoderation.shell;

import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Has {@code log:display} and {@code log:tail} show texts of senders with control characters visible: takes the place
 * of Karaf's formatter of log events for them, as long as there is one.
 */
@Component(
        service = {},
        immediate = true)
public final class VisibleLog implements AutoCloseable {
    private static final String FORMATTER = "org.apache.karaf.log.core.LogEventFormatter";
    private static final String VISIBLE = "link.moderation.visible";

    private final ServiceTracker<Object, ServiceRegistration<?>> formatters;

    /** @param bundle the bundle that registers the formatter */
    @Activate
    public VisibleLog(BundleContext bundle) throws InvalidSyntaxException {
        formatters =
                new ServiceTracker<>(
                        bundle,
                        bundle.createFilter(
                                "(&(" + Constants.OBJECTCLASS + "=" + FORMATTER + ")(!(" + VISIBLE + "=true)))"),
                        null) {
                    @Override
                    public ServiceRegistration<?> addingService(ServiceReference<Object> reference) {
                        Object formatter = bundle.getService(reference);
                        return formatter == null ? null : register(bundle, formatter);
                    }

                    @Override
                    public void removedService(ServiceReference<Object> reference, ServiceRegistration<?> registered) {
                        registered.unregister();
                        bundle.ungetService(reference);
                    }
                };
        // Also those of bundles whose types this one does not see
        formatters.open(true);
    }

    private static ServiceRegistration<?> register(BundleContext bundle, Object formatter) {
        for (Class<?> type : formatter.getClass().getInterfaces()) {
            if (type.getName().equals(FORMATTER)) {
                Dictionary<String, Object> properties = new Hashtable<>();
                properties.put(Constants.SERVICE_RANKING, 1);
                properties.put(VISIBLE, true);
                return bundle.registerService(FORMATTER, VisibleLogEvents.formatter(formatter, type), properties);
            }
        }
        return null;
    }

    @Deactivate
    @Override
    public void close() {
        formatters.close();
    }
}
