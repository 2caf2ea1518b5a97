package org.linkmoderation.domains.lra;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.linkmoderation.component.InvalidSetting;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access to the coordinator of sagas: a service for as long as its settings can be used. The secret is blank until
 * somebody sets it; till then there is no access, and one line in the log that says so.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = LraCoordinator.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CoordinatorAccess {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorAccess.class);

    private final Optional<LraCoordinator.Access> access;
    private final Optional<ServiceRegistration<CoordinatorAccess>> registration;

    /**
     * @param bundle where the service is published
     * @param properties the settings of PID {@value LraCoordinator#PID}
     */
    @Activate
    public CoordinatorAccess(BundleContext bundle, Map<String, ?> properties) {
        access = check(properties);
        // Not a service of the component itself: its properties, the secret among them, would be the service's
        registration = access.map(usable -> bundle.registerService(CoordinatorAccess.class, this, null));
    }

    private static Optional<LraCoordinator.Access> check(Map<String, ?> properties) {
        try {
            return Optional.of(LraCoordinator.check(properties));
        } catch (InvalidSetting e) {
            LOG.error("{} No saga begins until then.", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The coordinator, for the routes of one context.
     *
     * @param sagaTimeout how long after its start the coordinator cancels a saga that has not ended
     */
    public LraCoordinator coordinator(Duration sagaTimeout) {
        return LraCoordinator.of(access.orElseThrow(), sagaTimeout);
    }

    @Deactivate
    void stop() {
        registration.ifPresent(ServiceRegistration::unregister);
    }
}
