package org.linkmoderation.api;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;

/**
 * The settings of the Step Functions API.
 *
 * @param host the name or address of the interface that it listens on
 * @param port the port
 * @param arns the region and the account of its ARNs
 * @param keys the access keys, by their ids
 * @param unsigned whether requests need no signature; only on loopback
 * @param throttle whether requests are limited as the service limits them
 */
record ApiSettings(String host, int port, Arns arns, Map<String, AccessKey> keys, boolean unsigned, boolean throttle) {
    static final String PID = "org.linkmoderation.api";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]{1,253}");
    private static final String HOST_EXPECTED = "the name or address of an interface of this machine";
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern KEY_ID = Pattern.compile("\\w{16,128}");
    private static final int MIN_SECRET_CHARACTERS = 16;

    /**
     * Reads the settings.
     *
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    static ApiSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        String host = settings.text("host", "127.0.0.1", HOST, HOST_EXPECTED);
        boolean unsigned = settings.flag("unsigned", false);
        if (unsigned && !isLoopback(settings, host)) {
            throw settings.invalid("unsigned", "false where other machines can connect, as by host = " + host + ",");
        }
        Map<String, AccessKey> keys = new HashMap<>();
        addKey(settings, keys, "operator", false);
        addKey(settings, keys, "viewer", true);
        if (keys.isEmpty() && !unsigned) {
            throw settings.invalid(
                    "operator.access.key.id", "an access key for operators or viewers, or unsigned = true,");
        }
        return new ApiSettings(
                host,
                settings.integer("port", 8083, 1, 65_535),
                new Arns(
                        settings.text("region", "us-east-1", REGION, "a region such as us-east-1"),
                        settings.text("account", "000000000000", ACCOUNT, "12 digits")),
                Map.copyOf(keys),
                unsigned,
                settings.flag("throttle", true));
    }

    private static void addKey(Settings settings, Map<String, AccessKey> keys, String role, boolean isReadOnly) {
        String idKey = role + ".access.key.id";
        String secretKey = role + ".secret.access.key";
        if (settings.optional(idKey).isEmpty() && settings.optional(secretKey).isEmpty()) {
            return;
        }
        String id = settings.text(idKey, "", KEY_ID, "16 to 128 letters and digits");
        String secret = settings.optional(secretKey)
                .filter(text -> text.length() >= MIN_SECRET_CHARACTERS)
                .orElseThrow(() -> settings.invalidSecret(secretKey, MIN_SECRET_CHARACTERS + " characters or more"));
        if (keys.put(id, new AccessKey(id, secret, isReadOnly)) != null) {
            throw settings.invalid(idKey, "another id than that of the operators");
        }
    }

    private static boolean isLoopback(Settings settings, String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw settings.invalid("host", HOST_EXPECTED);
        }
    }
}
