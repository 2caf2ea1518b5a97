package org.linkmoderation.rest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.component.BearerSecret;
import org.linkmoderation.component.Settings;

/**
 * The settings of requests over HTTP.
 *
 * @param host the name or address of the interface that it listens on
 * @param port the port
 * @param stateMachines the state machines that it serves
 * @param callers who may call, at least one
 * @param callsPerSecond how many calls of each caller are answered per second
 */
record RestSettings(String host, int port, Set<String> stateMachines, List<Caller> callers, int callsPerSecond) {
    static final String PID = "org.linkmoderation.rest";

    private static final String SENDER = "sender.token.";
    private static final String VIEWER = "viewer.token.";
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]{1,253}");
    private static final String HOST_EXPECTED = "the name or address of an interface of this machine";
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_-]{1,80}( *, *[A-Za-z0-9_-]{1,80})*");
    private static final Pattern CALLER = Pattern.compile("[A-Za-z0-9_-]{1,40}");

    /**
     * Reads the settings.
     *
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static RestSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        String host = settings.text("host", "127.0.0.1", HOST, HOST_EXPECTED);
        try {
            InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw settings.invalid("host", HOST_EXPECTED);
        }
        int port = settings.integer("port", 8084, 1, 65_535);
        String stateMachines =
                settings.text("state.machines", "moderation", NAMES, "names of state machines, separated by commas,");
        int callsPerSecond = settings.integer("calls.per.second", 100, 1, 10_000);
        List<Caller> callers = Stream.concat(
                        callers(settings, properties, SENDER, true), callers(settings, properties, VIEWER, false))
                .toList();
        if (callers.isEmpty()) {
            throw settings.invalid(SENDER + "default", "a token of 16 characters or more");
        }
        requireDifferent(settings, callers);
        return new RestSettings(
                host,
                port,
                Stream.of(stateMachines.split(",")).map(String::strip).collect(Collectors.toUnmodifiableSet()),
                callers,
                callsPerSecond);
    }

    private static Stream<Caller> callers(
            Settings settings, Map<String, ?> properties, String prefix, boolean isSender) {
        return new TreeSet<>(properties.keySet())
                .stream()
                        .filter(key ->
                                key.startsWith(prefix) && settings.optional(key).isPresent())
                        .map(key -> caller(settings, key, key.substring(prefix.length()), isSender));
    }

    private static Caller caller(Settings settings, String key, String name, boolean isSender) {
        if (!CALLER.matcher(name).matches()) {
            throw settings.invalidSecret(key, "a name of 1 to 40 letters, digits, '_' and '-' after its second dot,");
        }
        try {
            return new Caller(
                    name, isSender, BearerSecret.of(settings.optional(key).orElseThrow()));
        } catch (IllegalArgumentException e) {
            throw settings.invalidSecret(key, "16 to 256 characters of ASCII without spaces");
        }
    }

    private static void requireDifferent(Settings settings, List<Caller> callers) {
        List<String> known = new ArrayList<>();
        for (Caller caller : callers) {
            if (known.contains(caller.secret().authorization())) {
                throw settings.invalidSecret(
                        (caller.isSender() ? SENDER : VIEWER) + caller.name(), "another token than the others");
            }
            known.add(caller.secret().authorization());
        }
    }
}
