package org.linkmoderation.webhooks;

/** A message that is no notice, and never becomes one. The message is a sentence for operators. */
final class InvalidNoticeException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidNoticeException(String message) {
        super(message);
    }
}
