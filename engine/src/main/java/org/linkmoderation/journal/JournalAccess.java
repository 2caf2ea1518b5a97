package org.linkmoderation.journal;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.linkmoderation.aws.AwsClients;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.journal.jdbc.JdbcJournal;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access to the journal that the settings choose: publishes it for as long as they can be used. The data source of
 * a relational database may come, go and be replaced meanwhile: without one, executions wait.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = JournalSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class JournalAccess {
    private static final Logger LOG = LoggerFactory.getLogger(JournalAccess.class);

    private final Optional<ServiceTracker<DataSource, DataSource>> dataSources;
    private final Journal journal;
    private final AutoCloseable closing;
    private final ServiceRegistration<Journal> registration;

    /**
     * @param bundle where the service is published
     * @param clients the clients of the AWS services
     * @param properties the settings of PID {@code org.linkmoderation.journal}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public JournalAccess(BundleContext bundle, @Reference AwsClients clients, Map<String, ?> properties) {
        JournalSettings settings = Settings.checked(() -> JournalSettings.of(properties), LOG);
        if (settings.store() == JournalSettings.Store.JDBC) {
            ServiceTracker<DataSource, DataSource> tracker = dataSources(bundle, settings.dataSource());
            JdbcJournal jdbc = new JdbcJournal(
                    settings.dataSource(),
                    () -> Optional.ofNullable(tracker.getService()),
                    settings.retention(),
                    Clock.systemUTC());
            dataSources = Optional.of(tracker);
            journal = jdbc;
            closing = jdbc;
        } else {
            DynamoDbJournal dynamoDb = new DynamoDbJournal(clients, settings);
            dataSources = Optional.empty();
            journal = dynamoDb;
            closing = dynamoDb;
        }
        registration = bundle.registerService(Journal.class, journal, null);
    }

    /** By the names that pax-jdbc-config and JNDI give them. */
    private static ServiceTracker<DataSource, DataSource> dataSources(BundleContext bundle, String name) {
        try {
            ServiceTracker<DataSource, DataSource> tracker =
                    new ServiceTracker<>(
                            bundle,
                            bundle.createFilter("(&(objectClass=" + DataSource.class.getName() + ")(|(dataSourceName="
                                    + name + ")(osgi.jndi.service.name=" + name + ")))"),
                            null) {
                        @Override
                        public DataSource addingService(ServiceReference<DataSource> reference) {
                            if (reference.getProperty("password") != null) {
                                LOG.warn(
                                        "The password of the data source '{}' is a property of its service, which service:list"
                                                + " shows: write .password in place of password in its file in etc/",
                                        name);
                            }
                            return super.addingService(reference);
                        }
                    };
            tracker.open();
            return tracker;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("The settings allow no such name", e);
        }
    }

    /** The service goes first: whoever uses the journal stops before it is closed. */
    @Deactivate
    void stop() {
        registration.unregister();
        try {
            closing.close();
        } catch (Exception e) {
            LOG.warn("The journal could not be closed", e);
        }
        dataSources.ifPresent(ServiceTracker::close);
    }
}
