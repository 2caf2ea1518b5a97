package org.linkmoderation.component;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/**
 * The settings of one PID, read with a check of each: what cannot be used is an {@link InvalidSetting}.
 *
 * <p>They are read from the properties as the file has them: a number that is none would make the getter of a component
 * property type throw with a message that names neither the key nor the file.
 */
public final class Settings {
    private final String pid;
    private final Map<String, ?> properties;

    /**
     * @param pid the PID, which is the name of the file in {@code etc/} without {@code .cfg}
     * @param properties what it says; what is of another PID in it is never looked at
     */
    public Settings(String pid, Map<String, ?> properties) {
        this.pid = Objects.requireNonNull(pid);
        this.properties = Objects.requireNonNull(properties);
    }

    /**
     * Reads what a component is activated with.
     *
     * @param read reads the settings
     * @param log is told in one sentence what is wrong with them
     * @throws InvalidSetting if one of them can't be used
     */
    public static <S> S checked(Supplier<S> read, Logger log) {
        try {
            return read.get();
        } catch (InvalidSetting e) {
            log.error(e.getMessage());
            throw e;
        }
    }

    /** A text that may be missing or blank, without blanks around it. */
    public Optional<String> optional(String key) {
        return Optional.ofNullable(properties.get(key))
                .map(Object::toString)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** A text that matches a pattern; the default where it is missing or blank. */
    public String text(String key, String byDefault, Pattern pattern, String expected) {
        String value = optional(key).orElse(byDefault);
        if (!pattern.matcher(value).matches()) {
            throw invalid(key, expected);
        }
        return value;
    }

    /** A text that must not be blank, as the file has it; the default only where the key is missing. */
    public String required(String key, String byDefault) {
        String value = Objects.toString(properties.get(key), byDefault);
        if (value.isBlank()) {
            throw new InvalidSetting("The setting " + key + " of " + pid + " is blank: set it in etc/" + pid + ".cfg.");
        }
        return value;
    }

    /** A whole number within bounds, both included; the default where it is missing or blank. */
    public int integer(String key, int byDefault, int min, int max) {
        return (int) number(key, byDefault, min, max, "a whole number", true);
    }

    /** A number within bounds, both included; the default where it is missing or blank. */
    public double number(String key, double byDefault, double min, double max) {
        return number(key, byDefault, min, max, "a number", false);
    }

    /** A duration in whole seconds within bounds, both included; the default where it is missing or blank. */
    public Duration seconds(String key, int byDefault, int min, int max) {
        return Duration.ofSeconds(integer(key, byDefault, min, max));
    }

    /** {@code true} or {@code false}; the default where it is missing or blank. */
    public boolean flag(String key, boolean byDefault) {
        String value = optional(key).orElse(Boolean.toString(byDefault));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(key, "true or false");
        };
    }

    /**
     * A URI, which is a setting's value or a part of it.
     *
     * @param key the setting's key
     * @param value the URI; blanks around it do not count
     * @param usable which URIs can be used
     * @param expected what was expected, to be read after "expected"
     */
    public URI uri(String key, String value, Predicate<URI> usable, String expected) {
        try {
            URI uri = new URI(value.strip());
            if (usable.test(uri)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // The sentence below says it
        }
        throw invalid(key, expected);
    }

    /**
     * A directory, which need not exist.
     *
     * @param key the setting's key
     * @param byDefault the name of the default in the container's data directory; outside of a container there is none
     */
    public Path directory(String key, String byDefault) {
        String data = System.getProperty("karaf.data");
        Optional<String> value = optional(key);
        try {
            return value.isEmpty() && data != null
                    ? Path.of(data, byDefault)
                    : Path.of(value.orElseGet(() -> required(key, "")));
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
        return optional(key)
                .map(value -> invalid(key + " = " + value, "cannot be used", expected))
                .orElseGet(() -> invalid(key, "is blank", expected));
    }

    /**
     * Says that a secret cannot be used, without showing it.
     *
     * @param key the setting's key
     * @param expected what was expected, to be read after "expected"
     * @return the exception to throw
     */
    public InvalidSetting invalidSecret(String key, String expected) {
        return invalid(key, "cannot be used", expected);
    }

    private InvalidSetting invalid(String setting, String fault, String expected) {
        return new InvalidSetting("The setting " + setting + " of " + pid + " " + fault + ": expected " + expected
                + " in etc/" + pid + ".cfg.");
    }

    private double number(String key, double byDefault, double min, double max, String kind, boolean whole) {
        String value = optional(key).orElse(null);
        if (value == null) {
            return byDefault;
        }
        try {
            double number = new BigDecimal(value).doubleValue();
            if (number >= min && number <= max && !(whole && number != Math.rint(number))) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The sentence below says it
        }
        String format = whole ? "%s from %.0f to %.0f" : "%s from %s to %s";
        throw invalid(key, String.format(Locale.ROOT, format, kind, min, max));
    }
}
