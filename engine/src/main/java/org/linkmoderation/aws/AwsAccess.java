package org.linkmoderation.aws;

import java.util.Map;
import org.linkmoderation.component.InvalidSetting;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The access to the AWS services: publishes {@link AwsClients} for as long as its settings can be used. The clients are
 * no service of the component itself, whose settings, the secret key among them, would be the service's properties.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = AwsSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AwsAccess {
    private final AwsClients clients;
    private final ServiceRegistration<AwsClients> registration;

    /**
     * @param bundle where the service is published
     * @param properties the settings of PID {@code org.linkmoderation.aws}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public AwsAccess(BundleContext bundle, Map<String, ?> properties) {
        clients = new AwsClients(properties);
        registration = bundle.registerService(AwsClients.class, clients, null);
    }

    /** The service goes first: its users stop before the clients are closed. */
    @Deactivate
    void stop() {
        registration.unregister();
        clients.close();
    }
}
