package org.linkmoderation.functions.scan;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.linkmoderation.functions.InvalidSetting;

/**
 * The scan's settings, as environment variables give them. Each is explained in the README of this module.
 *
 * @param lists the lists to load
 * @param ownDomains the shortener's own domains
 * @param noteOnly reasons to make notes of
 * @param review reasons that a person is to decide about
 * @param shortenersPass whether links to other shorteners pass
 * @param refresh how often lists are asked for anew
 * @param webRisk how to ask Google Web Risk, or null for not at all
 */
record Settings(
        List<ListSpec> lists,
        List<Host> ownDomains,
        Set<Reason> noteOnly,
        Set<Reason> review,
        boolean shortenersPass,
        Duration refresh,
        WebRiskSettings webRisk) {

    /** What the names of all settings begin with. A name that begins so and is none of them is refused. */
    static final String PREFIX = "LINK_SCAN_";

    private static final String SHORTENERS = PREFIX + "SHORTENERS";
    private static final String NOTE_ONLY = PREFIX + "NOTE_ONLY";
    private static final String REVIEW = PREFIX + "REVIEW";
    private static final String OWN_DOMAINS = PREFIX + "OWN_DOMAINS";
    private static final String REFRESH = PREFIX + "REFRESH_SECONDS";
    private static final String LIST_TIMEOUT = PREFIX + "LIST_TIMEOUT_SECONDS";
    private static final String WEB_RISK = PREFIX + "WEB_RISK";
    private static final String WEB_RISK_BUDGET = PREFIX + "WEB_RISK_BUDGET_MILLIS";
    private static final String WEB_RISK_ENDPOINT = PREFIX + "WEB_RISK_ENDPOINT";
    private static final String WEB_RISK_KEY = PREFIX + "WEB_RISK_API_KEY";

    private static final Set<String> NAMES = names(
            SHORTENERS,
            NOTE_ONLY,
            REVIEW,
            OWN_DOMAINS,
            REFRESH,
            LIST_TIMEOUT,
            WEB_RISK,
            WEB_RISK_BUDGET,
            WEB_RISK_ENDPOINT,
            WEB_RISK_KEY);

    /**
     * How to ask Google Web Risk.
     *
     * @param budget how long a verdict waits for it
     * @param endpoint another endpoint than Google's, or empty
     * @param apiKey an API key, or empty for Google's default credentials
     */
    record WebRiskSettings(Duration budget, String endpoint, String apiKey) {}

    /**
     * Reads and checks the settings.
     *
     * @param environment names and values; what does not begin with {@link #PREFIX} is not looked at
     * @throws InvalidSetting if a value is not what it should be, or a name is unknown
     */
    static Settings of(Map<String, String> environment) {
        for (var name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !NAMES.contains(name)) {
                throw new InvalidSetting(name, environment.get(name), "one of the names " + String.join(", ", NAMES));
            }
        }
        var timeout = seconds(environment, LIST_TIMEOUT, 60, 1, 600);
        var lists = new ArrayList<ListSpec>();
        for (var purpose : ListSpec.Purpose.values()) {
            addLists(lists, environment, purpose, timeout);
        }
        boolean webRisk = choice(environment, WEB_RISK, "off", "on").equals("on");
        var budget = Duration.ofMillis(number(environment, WEB_RISK_BUDGET, 300, 10, 10_000));
        return new Settings(
                List.copyOf(lists),
                ownDomains(environment),
                reasons(environment, NOTE_ONLY, Reason::canBeNote),
                reasons(environment, REVIEW, Reason::canBeReviewed),
                choice(environment, SHORTENERS, "flag", "pass").equals("pass"),
                seconds(environment, REFRESH, 300, 5, 86_400),
                webRisk
                        ? new WebRiskSettings(
                                budget, value(environment, WEB_RISK_ENDPOINT, ""), value(environment, WEB_RISK_KEY, ""))
                        : null);
    }

    /** The names of all settings. */
    static Set<String> names() {
        return Set.copyOf(NAMES);
    }

    private static Set<String> names(String... others) {
        var names = new TreeSet<>(List.of(others));
        for (var purpose : ListSpec.Purpose.values()) {
            names.add(purpose.setting());
        }
        return names;
    }

    private static String value(Map<String, String> environment, String name, String standard) {
        var value = environment.get(name);
        return value == null ? standard : value.strip();
    }

    private static String choice(Map<String, String> environment, String name, String standard, String other) {
        var value = value(environment, name, standard);
        if (!value.equals(standard) && !value.equals(other)) {
            throw new InvalidSetting(name, value, standard + " or " + other);
        }
        return value;
    }

    private static Duration seconds(Map<String, String> environment, String name, int standard, int min, int max) {
        return Duration.ofSeconds(number(environment, name, standard, min, max));
    }

    private static int number(Map<String, String> environment, String name, int standard, int min, int max) {
        var value = value(environment, name, String.valueOf(standard));
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same answer as for a number out of range
        }
        throw new InvalidSetting(name, value, "a whole number from " + min + " to " + max);
    }

    private static List<Host> ownDomains(Map<String, String> environment) {
        var hosts = new ArrayList<Host>();
        for (var name : words(value(environment, OWN_DOMAINS, ""))) {
            try {
                hosts.add(Host.of(name));
            } catch (Unscannable e) {
                throw new InvalidSetting(OWN_DOMAINS, name, "host names with spaces between them");
            }
        }
        return List.copyOf(hosts);
    }

    private static Set<Reason> reasons(Map<String, String> environment, String name, Predicate<Reason> possible) {
        var codes = EnumSet.allOf(Reason.class);
        codes.removeIf(possible.negate());
        var chosen = EnumSet.noneOf(Reason.class);
        for (var word : words(value(environment, name, ""))) {
            chosen.add(codes.stream()
                    .filter(reason -> reason.name().equals(word))
                    .findAny()
                    .orElseThrow(() -> new InvalidSetting(
                            name,
                            word,
                            "codes with spaces between them, of "
                                    + codes.stream().map(Enum::name).collect(Collectors.joining(", ")))));
        }
        return Collections.unmodifiableSet(chosen);
    }

    private static void addLists(
            List<ListSpec> lists, Map<String, String> environment, ListSpec.Purpose purpose, Duration timeout) {
        var name = purpose.setting();
        for (var word : words(value(environment, name, purpose.standard()))) {
            int equals = word.indexOf('=');
            var format = formatOf(equals < 0 ? "" : word.substring(0, equals));
            if (format == null || !purpose.accepts(format)) {
                throw new InvalidSetting(
                        name,
                        word,
                        "format=address, with spaces between several, and a format of " + purpose.formats());
            }
            lists.add(new ListSpec(
                    purpose, format, word, source(name, word, word.substring(equals + 1), timeout), timeout));
        }
    }

    private static ListFormat formatOf(String name) {
        for (var format : ListFormat.values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        return null;
    }

    private static ListSource source(String name, String word, String address, Duration timeout) {
        try {
            if (address.startsWith("packaged:")) {
                return new ListSource.Packaged(address.substring("packaged:".length()));
            }
            if (address.startsWith("https://") || address.startsWith("http://")) {
                var uri = new URI(address);
                if (uri.getHost() != null) {
                    return new ListSource.Http(uri, timeout);
                }
            } else if (address.startsWith("s3://")) {
                var uri = new URI(address);
                if (uri.getAuthority() != null && uri.getPath().length() > 1) {
                    return new BucketSource(uri, timeout);
                }
            } else if (!address.isEmpty()) {
                return new ListSource.File(Path.of(address));
            }
        } catch (NoClassDefFoundError e) {
            throw new InvalidSetting(
                    name, word, "no s3:// address here, as the AWS SDK for S3 is not in the class path", e);
        } catch (URISyntaxException | InvalidPathException e) {
            // The same answer as for an address without a host
        }
        throw new InvalidSetting(
                name, word, "a file, https://host/path, s3://bucket/key or packaged:name after the format");
    }

    private static String[] words(String value) {
        return value.isEmpty() ? new String[0] : value.split("\\s+");
    }
}
