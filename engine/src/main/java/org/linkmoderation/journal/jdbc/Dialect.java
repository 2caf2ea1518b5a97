package org.linkmoderation.journal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** What one database does otherwise than another. */
interface Dialect {
    /** The folder of its migrations, beside this class. */
    String migrations();

    /** No text that starts with a prefix sorts after the prefix with this. */
    String lastCharacter();

    /**
     * Checks that the database keeps what it acknowledges, and all characters; or has it do so.
     *
     * @throws SQLException if it does not answer
     * @throws UnusableDatabaseException if it does not
     */
    void prepare(Connection connection) throws SQLException;

    /**
     * Checks that the database takes writes.
     *
     * @throws UnusableDatabaseException if it does not
     */
    void checkWritable(Connection connection) throws SQLException;

    /**
     * Makes a change: committed when this returns true, unless it is part of a transaction.
     *
     * @return false if the row is not as the change expects it; then nothing is changed
     */
    boolean make(Connection connection, RowChange change) throws SQLException;
}
