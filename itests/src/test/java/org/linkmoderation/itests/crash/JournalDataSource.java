package org.linkmoderation.itests.crash;

import org.linkmoderation.itests.KarafNode;

/** The data source that a container has for a journal in a relational database, by the feature link-moderation-jdbc. */
final class JournalDataSource {
    /** Its PID. */
    static final String SETTINGS = "org.ops4j.datasource-journal";

    private JournalDataSource() {}

    /** Gives a container that has not started one in an H2 database, in a file below its data. */
    static KarafNode h2(KarafNode node) {
        return configure(node, "H2 JDBC Driver", "jdbc:h2:file:${karaf.data}/journal/executions", "sa", "of the tests");
    }

    /**
     * Gives a container that has not started one.
     *
     * @param driver the name of the driver's service
     */
    static KarafNode configure(KarafNode node, String driver, String url, String user, String password) {
        return node.withBootFeature("link-moderation-jdbc")
                .setting(SETTINGS, "dataSourceName", "link-moderation")
                .setting(SETTINGS, "osgi.jdbc.driver.name", driver)
                .setting(SETTINGS, "url", url)
                .setting(SETTINGS, "user", user)
                .setting(SETTINGS, ".password", password)
                .setting(SETTINGS, "pool", "hikari");
    }
}
