package org.linkmoderation.functions.scan;

/** A URL, or an entry of a list, has no canonical form. Without a stack trace: it is an answer, not an accident. */
final class Unscannable extends Exception {

    private final Reason reason;

    Unscannable(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
