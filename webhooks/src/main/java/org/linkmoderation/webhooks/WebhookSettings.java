package org.linkmoderation.webhooks;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.linkmoderation.component.BackOff;
import org.linkmoderation.component.Settings;

/**
 * The settings of webhooks.
 *
 * @param queue the queue of notices
 * @param receivers who is told, at least one
 * @param timeout how long a receiver may take to answer
 * @param backOff when a call that failed is made again
 * @param giveUpAfter how long after the first attempt the last one is made
 * @param consumers how many calls are under way to one receiver at once, and as many that are made again
 * @param allowPrivate whether receivers may have addresses that are not public
 */
record WebhookSettings(
        String queue,
        List<Receiver> receivers,
        Duration timeout,
        BackOff backOff,
        Duration giveUpAfter,
        int consumers,
        boolean allowPrivate) {
    static final String PID = "org.linkmoderation.webhooks";

    private static final String URL = "url.";
    private static final String SECRET = "secret.";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final String QUEUE_EXPECTED = "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'";

    /**
     * Reads the settings.
     *
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static WebhookSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        boolean allowHttp = settings.flag("allow.http", false);
        String queue = settings.text("queue", "webhooks.notices", QUEUE, QUEUE_EXPECTED);
        Duration timeout = settings.seconds("timeout.seconds", 10, 1, 60);
        int first = settings.integer("retry.initial.seconds", 5, 1, 3_600);
        Duration longest = settings.seconds("retry.max.seconds", Math.max(first, 3_600), first, 86_400);
        Duration giveUpAfter = settings.seconds("give.up.after.seconds", 259_200, 1, 2_592_000);
        int consumers = settings.integer("consumers", 4, 1, 64);
        boolean allowPrivate = settings.flag("allow.private", false);
        List<Receiver> receivers = new TreeSet<>(properties.keySet())
                .stream()
                        .filter(key ->
                                key.startsWith(URL) && settings.optional(key).isPresent())
                        .map(key -> receiver(settings, key.substring(URL.length()), allowHttp))
                        .toList();
        if (receivers.isEmpty()) {
            throw settings.invalid(URL + "default", "the URL of a receiver");
        }
        return new WebhookSettings(
                queue,
                receivers,
                timeout,
                new BackOff(Duration.ofSeconds(first), longest),
                giveUpAfter,
                consumers,
                allowPrivate);
    }

    private static Receiver receiver(Settings settings, String name, boolean allowHttp) {
        if (!NAME.matcher(name).matches()) {
            throw settings.invalidSecret(URL + name, "a name of 1 to 40 letters, digits, '_' and '-' after its dot,");
        }
        String expected = allowHttp ? "an https or http URL" : "an https URL, or allow.http = true,";
        // A URL can hold a secret, and is not shown
        URI url;
        try {
            url = URI.create(settings.optional(URL + name).orElseThrow());
        } catch (IllegalArgumentException e) {
            throw settings.invalidSecret(URL + name, expected);
        }
        boolean isHttps = "https".equalsIgnoreCase(url.getScheme());
        boolean isHttp = allowHttp && "http".equalsIgnoreCase(url.getScheme());
        if (url.getHost() == null || url.getRawUserInfo() != null || !isHttps && !isHttp) {
            throw settings.invalidSecret(URL + name, expected);
        }
        try {
            return new Receiver(
                    name, url, Signature.of(settings.optional(SECRET + name).orElse("")));
        } catch (IllegalArgumentException e) {
            throw settings.invalidSecret(SECRET + name, Signature.EXPECTED);
        }
    }
}
