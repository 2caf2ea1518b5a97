package org.linkmoderation.saga;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.karaf.core.OsgiClassResolver;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.linkmoderation.states.Sagas;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Publishes {@link Sagas} with the settings of the coordinator; changed settings are published as another service, so
 * that the state machines that are sagas start anew. Nothing is checked, opened or asked before a saga is deployed: who
 * has none needs no settings.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = Sagas.PID)
public final class CoordinatorAccess {
    private final ServiceRegistration<Sagas> registration;

    /**
     * @param bundle where the service is published
     * @param properties the settings of PID {@value Sagas#PID}
     */
    @Activate
    public CoordinatorAccess(BundleContext bundle, Map<String, ?> properties) {
        // Not a service of the component itself: its properties, the secret among them, would be the service's
        registration = bundle.registerService(Sagas.class, new SagaEndpoint(properties, () -> context(bundle)), null);
    }

    private static CamelContext context(BundleContext bundle) {
        OsgiDefaultCamelContext context = new OsgiDefaultCamelContext(bundle);
        context.setClassResolver(new OsgiClassResolver(context, bundle));
        context.getCamelContextExtension().setName(SagaEndpoint.NAME);
        context.getManagementNameStrategy().setNamePattern("#name#");
        context.getExecutorServiceManager().setThreadNamePattern(SagaEndpoint.NAME + " ##counter# #name#");
        return context;
    }

    @Deactivate
    void stop() {
        registration.unregister();
    }
}
