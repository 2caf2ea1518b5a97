package org.linkmoderation.saga.lra;

/** How a long-running action (LRA) stands, as its coordinator says. */
public enum LraStatus {
    ACTIVE,
    CLOSING,
    CLOSED,
    FAILED_TO_CLOSE,
    CANCELLING,
    CANCELLED,
    FAILED_TO_CANCEL,
    /** The coordinator does not know it: it has ended before the coordinator's last start, or never was. */
    UNKNOWN;

    /** Whether it was decided that what it has done is to be undone. */
    public boolean isCancelled() {
        return this == CANCELLING || this == CANCELLED || this == FAILED_TO_CANCEL;
    }
}
