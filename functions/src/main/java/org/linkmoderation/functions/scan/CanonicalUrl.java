package org.linkmoderation.functions.scan;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
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
    private final String fragment;
    private final boolean bidi;

    private CanonicalUrl(
            String text, Host host, boolean userInfo, String path, String query, String fragment, boolean bidi) {
        this.text = text;
        this.host = host;
        this.userInfo = userInfo;
        this.path = path;
        this.query = query;
        this.fragment = fragment;
        this.bidi = bidi;
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
        var plain = PlainUrl.of(url);
        if (plain != null) {
            var host = Host.of(plain.host());
            var text = plain.scheme() + "://" + host + plain.path()
                    + (plain.query().isEmpty() ? "" : "?" + plain.query());
            return new CanonicalUrl(text, host, false, plain.path(), plain.query(), plain.fragment(), false);
        }
        return ofAny(url);
    }

    /** Canonicalises a URL step by step, also one that {@link PlainUrl} knows a shorter way for. */
    static CanonicalUrl ofAny(String url) throws Unscannable {
        if (!PercentCoding.isEncodable(url)) {
            throw new Unscannable(Reason.NOT_A_URL);
        }
        checkControls(url);
        var clean = withoutOuterSpaces(url);
        if (!SCHEME.matcher(clean).lookingAt()) {
            throw new Unscannable(Reason.SCHEME);
        }
        var decoded = decoded(clean);
        try {
            var parts = ParsedUrl.parseUrl(clean);
            var host = Host.of(parts.getHost());
            var port = port(parts);
            boolean userInfo = !parts.getAtSign().isEmpty();
            var fragment = parts.getFragment();
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
            return new CanonicalUrl(
                    text, host, userInfo, parts.getPath(), parts.getQuery(), fragment, hasBidiControl(decoded));
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

    /** The fragment without its hash sign, as it was written; it is not part of the canonical form. */
    String fragment() {
        return fragment;
    }

    /** Whether a control of the reading direction is anywhere in the URL, encoded or not. */
    boolean hasBidiControl() {
        return bidi;
    }

    /**
     * Browsers leave controls at the ends, tabs and line breaks out of a URL before they look at it. Nobody writes them
     * for honest reasons, and other programs cut a URL there.
     */
    private static void checkControls(String url) throws Unscannable {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029) {
                throw new Unscannable(Reason.CONTROL_CHARACTER);
            }
        }
    }

    private static String withoutOuterSpaces(String url) {
        int from = 0;
        int to = url.length();
        while (from < to && url.charAt(from) == ' ') {
            from++;
        }
        while (from < to && url.charAt(to - 1) == ' ') {
            to--;
        }
        return url.substring(from, to);
    }

    private static boolean hasBidiControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x061c && UCharacter.hasBinaryProperty(c, UProperty.BIDI_CONTROL)) {
                return true;
            }
        }
        return false;
    }

    private static String decoded(String url) throws Unscannable {
        var encoded = url;
        for (int i = 0; i <= MAX_ENCODINGS; i++) {
            var decoded = PercentCoding.decode(encoded);
            if (decoded.equals(encoded)) {
                return decoded;
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
