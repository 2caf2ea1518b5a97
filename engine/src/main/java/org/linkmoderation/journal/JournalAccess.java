package org.linkmoderation.journal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
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

    private final BundleContext bundle;
    private final AwsClients clients;
    private final JournalSettings settings;
    private final OpenJournal chosen;
    private final JournalImport imports;
    private final List<ServiceRegistration<?>> registrations;

    /**
     * @param bundle where the services are published
     * @param clients the clients of the AWS services
     * @param properties the settings of PID {@code org.linkmoderation.journal}
     * @throws InvalidSetting if one of them can't be used
     */
    @Activate
    public JournalAccess(BundleContext bundle, @Reference AwsClients clients, Map<String, ?> properties) {
        this.bundle = bundle;
        this.clients = clients;
        settings = Settings.checked(() -> JournalSettings.of(properties), LOG);
        chosen = switch (settings.store()) {
            case JDBC ->
                open(dataSource ->
                        new JdbcJournal(settings.dataSource(), dataSource, settings.retention(), Clock.systemUTC()));
            case DYNAMODB -> open(new DynamoDbJournal(clients, settings));
        };
        imports = new JournalImport(settings.store(), chosen.journal(), this::openForReading);
        registrations = List.of(
                bundle.registerService(Journal.class, chosen.journal(), null),
                bundle.registerService(JournalImport.class, imports, null));
    }

    private OpenJournal openForReading(JournalSettings.Store store) {
        return switch (store) {
            case JDBC -> open(dataSource -> JdbcJournal.forReading(settings.dataSource(), dataSource));
            case DYNAMODB -> open(DynamoDbJournal.forReading(clients, settings));
        };
    }

    private static OpenJournal open(DynamoDbJournal journal) {
        return new OpenJournal(journal, List.of(journal));
    }

    private OpenJournal open(Function<Supplier<Optional<DataSource>>, JdbcJournal> opening) {
        ServiceTracker<DataSource, DataSource> tracker = dataSources(bundle, settings.dataSource());
        JdbcJournal journal = opening.apply(() -> Optional.ofNullable(tracker.getService()));
        return new OpenJournal(journal, List.of(journal, tracker::close));
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

    /** The services go first: whoever uses the journal stops before it is closed. */
    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
        imports.close();
        chosen.close();
    }
}
