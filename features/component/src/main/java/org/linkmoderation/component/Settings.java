package org.linkmoderation.component;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;

/**
 * The settings of one PID as they were configured. Declarative Services converts a value only when the getter of the
 * configuration annotation is called, and fails there with a stack trace and without the key; the checks here turn
 * that, and a value out of its range, into an {@link InvalidSetting}.
 */
public final class Settings {

    private final String pid;
    private final Map<String, ?> values;

    /**
     * @param pid the configuration's PID, which is also the name of its file
     * @param values the component's properties, as configured
     */
    public Settings(String pid, Map<String, ?> values) {
        this.pid = Objects.requireNonNull(pid);
        this.values = Map.copyOf(values);
    }

    /**
     * Reads a whole number.
     *
     * @param key the setting's key
     * @param getter the getter of the configuration annotation for this key
     * @param min the smallest value allowed
     * @param max the largest value allowed
     * @return the number, from {@code min} to {@code max}
     * @throws InvalidSetting if the value is no whole number or out of its range
     */
    public int number(String key, IntSupplier getter, int min, int max) throws InvalidSetting {
        var expected = "a whole number from " + min + " to " + max;
        int number;
        try {
            number = getter.getAsInt();
        } catch (RuntimeException e) {
            throw invalid(key, expected);
        }
        if (number < min || number > max) {
            throw invalid(key, expected);
        }
        return number;
    }

    /**
     * Reads a text that must not be blank.
     *
     * @param key the setting's key
     * @param value its value; may be null
     * @return the value as configured
     * @throws InvalidSetting if the value is missing or blank
     */
    public String text(String key, String value) throws InvalidSetting {
        if (value == null || value.isBlank()) {
            throw new InvalidSetting("The setting " + key + " of " + pid + " is blank: set it in etc/" + pid + ".cfg.");
        }
        return value;
    }

    /**
     * Reads a directory.
     *
     * @param key the setting's key
     * @param value its value; blank for the default
     * @param byDefault the directory's name in the container's data directory
     * @return the directory, which need not exist
     * @throws InvalidSetting if the value is no path, or blank where there is no container
     */
    public Path directory(String key, String value, String byDefault) throws InvalidSetting {
        var data = System.getProperty("karaf.data");
        try {
            return value.isBlank() && data != null
                    ? Path.of(data, byDefault)
                    : Path.of(text(key, value).strip());
        } catch (InvalidPathException e) {
            throw invalid(key, "a directory's path");
        }
    }

    /**
     * Says that a value cannot be used.
     *
     * @param key the setting's key; never that of a secret, since the value becomes part of the message
     * @param expected what was expected, to be read after "expected"
     * @return the exception to throw
     */
    public InvalidSetting invalid(String key, String expected) {
        return new InvalidSetting("The setting " + key + " = " + values.get(key) + " of " + pid
                + " cannot be used: expected " + expected + " in etc/" + pid + ".cfg.");
    }

    /**
     * Says that a secret cannot be used, without showing it.
     *
     * @param key the setting's key
     * @param expected what was expected, to be read after "expected"
     * @return the exception to throw
     */
    public InvalidSetting invalidSecret(String key, String expected) {
        return new InvalidSetting("The setting " + key + " of " + pid + " cannot be used: expected " + expected
                + " in etc/" + pid + ".cfg.");
    }
}
