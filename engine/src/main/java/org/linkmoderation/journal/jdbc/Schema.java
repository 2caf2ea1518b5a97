package org.linkmoderation.journal.jdbc;

import java.util.Arrays;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of the journal, made and migrated by Flyway. Of several containers that start at once, Flyway lets one do
 * it; the others wait.
 */
final class Schema {
    private static final String TABLE = "link_moderation_schema";
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    private Schema() {}

    /**
     * Brings the schema to the version of this class.
     *
     * @return the version
     * @throws UnusableDatabaseException if that can't be done, or a newer version is there
     */
    static String migrate(DataSource dataSource, Dialect dialect) {
        return with(dataSource, dialect, flyway -> {
            if (flyway.migrate().migrationsExecuted > 0) {
                LOG.info("The tables of the journal are at version {}", version(flyway));
            }
        });
    }

    /**
     * Checks that the schema has the version of this class, and changes nothing.
     *
     * @return the version
     * @throws UnusableDatabaseException if it has another, or there are no tables
     */
    static String check(DataSource dataSource, Dialect dialect) {
        return with(dataSource, dialect, flyway -> {
            if (flyway.info().pending().length > 0) {
                throw new UnusableDatabaseException("it has no tables of a journal, or those of an older version: is it"
                        + " the data source of the journal that is to be read?");
            }
        });
    }

    private static String with(DataSource dataSource, Dialect dialect, Consumer<Flyway> work) {
        ClassLoader classes = Schema.class.getClassLoader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Flyway looks for its parts with it
        thread.setContextClassLoader(classes);
        try {
            Flyway flyway = Flyway.configure(classes)
                    .dataSource(dataSource)
                    .locations("classpath:org/linkmoderation/journal/jdbc/" + dialect.migrations())
                    .table(TABLE)
                    // The tables may be in a schema with those of others
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load();
            MigrationInfo[] all = flyway.info().all();
            Arrays.stream(all)
                    .filter(Schema::isUnknown)
                    .reduce((first, second) -> second)
                    .ifPresent(newer -> {
                        throw new UnusableDatabaseException("the tables have version " + newer.getVersion()
                                + ", of a newer Link Moderation than this one: deploy that, or use another schema");
                    });
            work.accept(flyway);
            return version(flyway);
        } catch (FlywayException e) {
            throw new UnusableDatabaseException("its tables can't be brought up to date: " + firstLines(e));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static boolean isUnknown(MigrationInfo migration) {
        return migration.getState() == MigrationState.FUTURE_SUCCESS
                || migration.getState() == MigrationState.FUTURE_FAILED;
    }

    private static String version(Flyway flyway) {
        return flyway.info().current().getVersion().getVersion();
    }

    private static String firstLines(FlywayException e) {
        return e.getMessage().strip().replaceAll("\\s+", " ");
    }
}
