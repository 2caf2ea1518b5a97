package org.linkmoderation.journal.jdbc;

/** A database that answers, but can't be the journal as it is set up: an operator is to mend it. */
final class UnusableDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableDatabaseException(String message) {
        super(message);
    }
}
