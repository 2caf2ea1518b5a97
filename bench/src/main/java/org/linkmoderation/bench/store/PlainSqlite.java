package org.linkmoderation.bench.store;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** The baseline: a row of the same size in SQLite by its own driver, in this process, each with a commit of its own. */
final class PlainSqlite {

    private PlainSqlite() {}

    /**
     * Rows per second of one writer.
     *
     * @param acknowledge {@code process} or {@code disk}: whether a commit waits for the disk
     */
    static double measure(String acknowledge, Duration time) throws IOException, SQLException {
        try (var directory = TemporaryDirectory.create();
                var connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + directory.path().resolve("plain.db"));
                var setUp = connection.createStatement()) {
            setUp.execute("PRAGMA journal_mode = WAL");
            setUp.execute("PRAGMA synchronous = " + (acknowledge.equals("disk") ? "FULL" : "NORMAL"));
            setUp.execute("CREATE TABLE things (id TEXT PRIMARY KEY, owner TEXT, item TEXT)");
            setUp.execute("CREATE INDEX by_owner ON things (owner)");
            try (var insert = connection.prepareStatement("INSERT INTO things VALUES (?, ?, ?)")) {
                long start = System.nanoTime();
                long rows = 0;
                while (System.nanoTime() - start < time.toNanos()) {
                    insert.setString(1, "put-" + rows);
                    insert.setString(2, "owner-" + rows % 100);
                    insert.setString(3, SdkRequests.NOTE);
                    insert.executeUpdate();
                    rows++;
                }
                return rows / ((System.nanoTime() - start) / 1e9);
            }
        }
    }
}
