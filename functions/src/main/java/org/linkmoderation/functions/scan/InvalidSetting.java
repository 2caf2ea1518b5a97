package org.linkmoderation.functions.scan;

/** A setting cannot be used. The message is a sentence that names it, its value and what was expected. */
public final class InvalidSetting extends RuntimeException {

    InvalidSetting(String name, String value, String expected) {
        super("The setting " + name + " is \"" + value + "\"; expected " + expected + ".");
    }

    InvalidSetting(String name, String value, String expected, Throwable cause) {
        super("The setting " + name + " is \"" + value + "\"; expected " + expected + ".", cause);
    }
}
