package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Several statements as one transaction. */
final class Transactions {
    /** What is done in a transaction. */
    interface Work {
        /** @return whether to keep what was done */
        boolean run() throws SQLException;
    }

    private Transactions() {}

    /**
     * Does a work and commits it, or rolls it back if it fails or does not want to be kept.
     *
     * @param connection commits each statement by itself, then and afterwards
     * @return whether it was kept
     */
    static boolean inOne(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        boolean keep = false;
        try {
            keep = work.run();
            if (keep) {
                connection.commit();
            }
            return keep;
        } finally {
            if (!keep) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }
}
