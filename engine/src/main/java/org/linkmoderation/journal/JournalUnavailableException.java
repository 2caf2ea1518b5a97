package org.linkmoderation.journal;

import org.linkmoderation.Unavailable;

/** What keeps the journal did not answer, or refused for now. The request stays in its queue and is delivered again. */
public class JournalUnavailableException extends JournalException implements Unavailable {
    public JournalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
