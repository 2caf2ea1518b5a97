package org.linkmoderation.journal;

/** The journal did not take a transition: the run that made it must stop at once, for it has not happened. */
public abstract class JournalException extends RuntimeException {
    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
