package org.linkmoderation.reviewmail;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.linkmoderation.component.Settings;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.Ticks;

/**
 * The settings of the mail.
 *
 * @param stateMachine the state machine whose tasks wait
 * @param ticks when a mail is sent
 * @param host the mail server
 * @param port its port
 * @param security how the connection is kept secret
 * @param login who sends; empty where the server asks for no login
 * @param from the sender's address
 * @param to the receivers' addresses, at least one
 * @param maxTasks how many tasks a mail shows
 * @param retry the Retry of the state that sends
 */
record MailSettings(
        String stateMachine,
        Ticks ticks,
        String host,
        int port,
        Security security,
        Optional<Login> login,
        String from,
        List<String> to,
        int maxTasks,
        Retry retry) {
    private static final Pattern STATE_MACHINE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,79}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}");
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");
    private static final String ADDRESS_EXPECTED = "an address such as moderation@example.org";
    private static final int MAX_RECEIVERS = 20;
    private static final int MIN_INTERVAL_SECONDS = 60;

    /** How the connection to the mail server is kept secret. */
    enum Security {
        /** TLS after STARTTLS, without which nothing is sent. */
        STARTTLS,
        /** TLS from the start. */
        TLS,
        /** Not at all. */
        NONE
    }

    /** The name and the password of who sends. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Reads the settings.
     *
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static MailSettings of(Settings settings) {
        Security security = security(settings);
        return new MailSettings(
                settings.text(
                        "state.machine",
                        "moderation",
                        STATE_MACHINE,
                        "a letter, then up to 79 characters of A-Z, a-z, 0-9, '_', '-'"),
                Ticks.of(settings, 3_600, MIN_INTERVAL_SECONDS),
                settings.text("host", "", HOST, "the name or IPv4 address of the mail server"),
                settings.integer("port", security == Security.TLS ? 465 : 587, 1, 65_535),
                security,
                login(settings, security),
                settings.text("from", "", ADDRESS, ADDRESS_EXPECTED),
                receivers(settings),
                settings.integer("max.tasks", 50, 1, 500),
                Retry.of(settings, "retry", 10));
    }

    private static Security security(Settings settings) {
        return switch (settings.optional("security").orElse("starttls")) {
            case "starttls" -> Security.STARTTLS;
            case "tls" -> Security.TLS;
            case "none" -> Security.NONE;
            default -> throw settings.invalid("security", "starttls, tls or none");
        };
    }

    private static Optional<Login> login(Settings settings, Security security) {
        Optional<String> user = settings.optional("user");
        Optional<String> password = settings.optional("password");
        if (user.isPresent() != password.isPresent()) {
            throw settings.invalidSecret(user.isPresent() ? "user" : "password", "both user and password, or neither,");
        }
        if (user.isPresent() && security == Security.NONE) {
            throw settings.invalid("security", "starttls or tls where there is a password");
        }
        return user.map(name -> new Login(name, password.orElseThrow()));
    }

    private static List<String> receivers(Settings settings) {
        List<String> receivers = Stream.of(settings.optional("to").orElse("").split(","))
                .map(String::strip)
                .toList();
        if (receivers.size() > MAX_RECEIVERS || !receivers.stream().allMatch(ADDRESS.asMatchPredicate())) {
            throw settings.invalid("to", "1 to " + MAX_RECEIVERS + " addresses separated by commas");
        }
        return receivers;
    }
}
