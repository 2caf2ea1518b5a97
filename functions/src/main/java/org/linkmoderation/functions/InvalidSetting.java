package org.linkmoderation.functions;

/** A setting cannot be used. The message is a sentence that names it, its value and what was expected. */
public final class InvalidSetting extends RuntimeException {

    /**
     * @param name the setting
     * @param value its value
     * @param expected what it should be, to be read after "expected"
     */
    public InvalidSetting(String name, String value, String expected) {
        super("The setting " + name + " is \"" + value + "\"; expected " + expected + ".");
    }

    /** The same, with what was thrown when the value was used. */
    public InvalidSetting(String name, String value, String expected, Throwable cause) {
        super("The setting " + name + " is \"" + value + "\"; expected " + expected + ".", cause);
    }
}
