package org.linkmoderation;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of one PID, read with a check of each.
 *
 * <p>They are read from the properties as they stand in the file: a number that is none would make the getter of a
 * component property type throw with a message that names neither the key nor the file.
 */
public final class Settings {
    private final String pid;
    private final Map<String, ?> properties;

    /**
     * @param pid the PID, which is the name of the file in {@code etc/} without {@code .cfg}
     * @param properties what it says
     */
    public Settings(String pid, Map<String, ?> properties) {
        this.pid = pid;
        this.properties = properties;
    }

    /** A text that matches a pattern; the default where it is missing or blank. */
    public String text(String key, String byDefault, Pattern pattern, String expected) {
        String value = optional(key).orElse(byDefault);
        if (!pattern.matcher(value).matches()) {
            throw new SettingException(pid, key, value, expected);
        }
        return value;
    }

    /** A text that may be missing or blank. */
    public Optional<String> optional(String key) {
        return Optional.ofNullable(properties.get(key))
                .map(Object::toString)
                .map(String::trim)
                .filter(s -> !s.isEmpty());
    }

    /** A whole number within bounds, both included. */
    public int integer(String key, int byDefault, int min, int max) {
        return (int) number(key, byDefault, min, max, "a whole number", true);
    }

    /** A number within bounds, both included. */
    public double number(String key, double byDefault, double min, double max) {
        return number(key, byDefault, min, max, "a number", false);
    }

    /** A duration in whole seconds within bounds, both included. */
    public Duration seconds(String key, int byDefault, int min, int max) {
        return Duration.ofSeconds(integer(key, byDefault, min, max));
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean byDefault) {
        String value = optional(key).orElse(Boolean.toString(byDefault));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new SettingException(pid, key, value, "true or false");
        };
    }

    /** An http or https URL that may be missing or blank. */
    public Optional<URI> httpUrl(String key) {
        return optional(key).map(value -> {
            try {
                URI uri = new URI(value);
                if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // The sentence below says it
            }
            throw new SettingException(pid, key, value, "an http or https URL, or nothing for AWS");
        });
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
        throw new SettingException(pid, key, value, String.format(Locale.ROOT, format, kind, min, max));
    }
}
