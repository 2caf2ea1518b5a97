package org.linkmoderation.functions.scan;

import java.util.regex.Pattern;
import org.netpreserve.urlcanon.Canonicalizer;
import org.netpreserve.urlcanon.ParsedUrl;

/**
 * An http or https URL in the form in which it is judged and looked up: as a browser would resolve it, percent-encoding
 * undone as often as it was applied and then done once, dots and doubled slashes in the path resolved, query parameters
 * sorted, no default port, no fragment. A user name and password become {@code ***}, so that the form tells of them
 * without repeating them.
 */
final class CanonicalUrl {

    /** The most characters that a URL, and its canonical form, may have. */
    static final int MAX_LENGTH = 2048;

    /** The most times that a URL may be percent-encoded over. */
    static final int MAX_ENCODINGS = 5;

    private static final int MAX_ROUNDS = 4;
    private static final Pattern SCHEME = Pattern.compile("https?:", Pattern.CASE_INSENSITIVE);
    private static final Pattern PORT = Pattern.compile("0*([0-9]{0,5})");

    private final String text;
    private final Host host;
    private final boolean userInfo;
    private final String path;
    private final String query;

    private CanonicalUrl(String text, Host host, boolean userInfo, String path, String query) {
        this.text = text;
        this.host = host;
        this.userInfo = userInfo;
        this.path = path;
        this.query = query;
    }

    /**
     * Canonicalises a URL.
     *
     * @throws Unscannable with the reason why there is no canonical form
     */
    static CanonicalUrl of(String url) throws Unscannable {
        if (url.length() > MAX_LENGTH) {
            throw new Unscannable(Reason.TOO_LONG);
        }
        if (!PercentCoding.isEncodable(url)) {
            throw new Unscannable(Reason.NOT_A_URL);
        }
        var clean = withoutIgnored(url);
        if (!SCHEME.matcher(clean).lookingAt()) {
            throw new Unscannable(Reason.SCHEME);
        }
        checkEncodings(clean);
        try {
            var parts = ParsedUrl.parseUrl(clean);
            var host = Host.of(parts.getHost());
            var port = port(parts);
            boolean userInfo = !parts.getAtSign().isEmpty();
            settle(parts);
            var authority = (userInfo ? "***@" : "") + host + port;
            var text = parts.getScheme()
                    + "://"
                    + authority
                    + parts.getPath()
                    + (parts.getQuery().isEmpty() ? "" : "?" + parts.getQuery());
            if (text.length() > MAX_LENGTH) {
                throw new Unscannable(Reason.TOO_LONG);
            }
            return new CanonicalUrl(text, host, userInfo, parts.getPath(), parts.getQuery());
        } catch (RuntimeException e) {
            // urlcanon has no failure of its own: what it trips over is no URL
            throw new Unscannable(Reason.NOT_A_URL);
        }
    }

    @Override
    public String toString() {
        return text;
    }

    Host host() {
        return host;
    }

    boolean hasUserInfo() {
        return userInfo;
    }

    /** The path, percent-encoded once; it begins with a slash. */
    String path() {
        return path;
    }

    /** The query without its question mark, percent-encoded once; empty if there is none. */
    String query() {
        return query;
    }

    /**
     * What browsers leave out before they look at a URL: controls and spaces around it, tabs and line breaks anywhere.
     */
    private static String withoutIgnored(String url) {
        int from = 0;
        int to = url.length();
        while (from < to && url.charAt(from) <= ' ') {
            from++;
        }
        while (from < to && url.charAt(to - 1) <= ' ') {
            to--;
        }
        var kept = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = url.charAt(i);
            if (c != '\t' && c != '\n' && c != '\r') {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    private static void checkEncodings(String url) throws Unscannable {
        var encoded = url;
        for (int i = 0; i <= MAX_ENCODINGS; i++) {
            var decoded = PercentCoding.decode(encoded);
            if (decoded.equals(encoded)) {
                return;
            }
            encoded = decoded;
        }
        throw new Unscannable(Reason.ENCODING_TOO_DEEP);
    }

    private static String port(ParsedUrl parts) throws Unscannable {
        var port = PORT.matcher(parts.getPort());
        if (!port.matches()) {
            throw new Unscannable(Reason.PORT_INVALID);
        }
        if (parts.getPort().isEmpty()) {
            return "";
        }
        int number = port.group(1).isEmpty() ? 0 : Integer.parseInt(port.group(1));
        if (number > 65535) {
            throw new Unscannable(Reason.PORT_INVALID);
        }
        int usual = parts.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return number == usual ? "" : ":" + number;
    }

    /** Canonicalises scheme, path and query until they stay as they are: one round can leave work for another. */
    private static void settle(ParsedUrl parts) throws Unscannable {
        parts.setUsername("");
        parts.setColonBeforePassword("");
        parts.setPassword("");
        parts.setAtSign("");
        parts.setHost("host");
        parts.setColonBeforePort("");
        parts.setPort("");
        var before = "";
        for (int i = 0; i < MAX_ROUNDS; i++) {
            Canonicalizer.SEMANTIC.canonicalize(parts);
            var after = parts.toString();
            if (after.equals(before)) {
                return;
            }
            before = after;
        }
        throw new Unscannable(Reason.NOT_A_URL);
    }
}
