package org.linkmoderation.bench.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Where the peers' PostgreSQL is, and who they are there. */
record DatabaseAddress(String url, String user, String password) {

    /** As many connections as the journal of a container has in the benchmark. */
    private static final int CONNECTIONS = 32;

    /** A pool of the size that a container of the benchmark has; to be closed by the caller. */
    HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        return new HikariDataSource(config);
    }
}
