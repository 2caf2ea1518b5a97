package org.linkmoderation.journal;

/** The journal refuses a write, and would refuse it each time: the execution fails. */
public class JournalRefusedException extends JournalException {
    public JournalRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
