package org.linkmoderation.functions.scan;

/** What a verdict says beside its reasons; a note alone never makes a link unsafe. The names are stable codes. */
public enum Note {
    /** An allow list took at least one reason away, or spared the question to Google Web Risk. */
    ALLOW_LISTED,
    /** Another shortener, which the setting lets pass. */
    SHORTENER_PASSED,
    /** Google Web Risk was asked and does not list the URL. */
    WEB_RISK_CLEAR,
    /** Google Web Risk did not answer within its time budget; the verdict is without it. */
    WEB_RISK_SLOW,
    /** Google Web Risk could not be asked; the verdict is without it. */
    WEB_RISK_FAILED
}
