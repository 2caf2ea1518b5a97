package org.linkmoderation.component;

/**
 * A setting that a component cannot start with. The message is one sentence that names the PID, the key, the value and
 * what was expected; it is logged as it is and needs no stack trace.
 */
public class InvalidSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSetting(String message) {
        super(message, null, false, false);
    }
}
