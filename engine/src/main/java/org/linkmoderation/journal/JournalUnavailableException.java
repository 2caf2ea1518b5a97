package org.linkmoderation.journal;

/** What keeps the journal did not answer, or refused for now. The request stays in its queue and is delivered again. */
public class JournalUnavailableException extends JournalException {
    public JournalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
