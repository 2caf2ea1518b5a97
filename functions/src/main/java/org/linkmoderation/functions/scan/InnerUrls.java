package org.linkmoderation.functions.scan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The URLs inside a URL, which redirectors, viewers, translators and archives open: in a parameter of the query, in the
 * path, in the fragment, in Base64 or hexadecimal digits, or as a host that a viewer has made a part of its own. Where
 * a parameter's name or a listed redirector says that an address is meant, it needs no scheme.
 */
final class InnerUrls {

    /** How many levels deep URLs are looked for. */
    static final int MAX_DEPTH = 3;

    /** How many URLs inside one are looked at, which bounds the time of a scan. */
    static final int MAX_COUNT = 8;

    private static final Pattern URL = Pattern.compile("(?i)https?:[/\\\\]+|^(?:javascript|vbscript):|^data:[a-z]+/");
    private static final Pattern HOST = Pattern.compile(
            "(?i)[\\p{L}\\p{N}_-]{1,63}(?:\\.[\\p{L}\\p{N}_-]{1,63})*\\.[\\p{L}-][\\p{L}\\p{N}-]{1,62}\\.?(?::[0-9]*)?(?:[/?].*)?");
    private static final Pattern TEXT_END = Pattern.compile("[\\s\"'<>`]");

    /** A scheme without slashes, which browsers read as if they were there. */
    private static final Pattern NO_SLASHES = Pattern.compile("(?i)^https?:(?![/\\\\])");

    /** A local name or address without a scheme. Any other number with dots is rather a version. */
    private static final Pattern LOCAL =
            Pattern.compile("(?i)(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]|localhost"
                    + "|(?:[a-z0-9_-]+\\.)+(?:internal|local|localhost|svc|consul))\\.?(?::[0-9]*)?(?:[/?].*)?");

    /** What browsers leave out: anything at the beginning, tabs and line breaks everywhere. */
    private static final Pattern CONTROLS = Pattern.compile("^[\\x00-\\x20]+|[\\t\\r\\n]+");

    private static final Pattern SEPARATORS = Pattern.compile("[&;]");

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{8,}={0,2}");

    /** "http" in any case in Base64, wherever in a group of three bytes it begins; the last is Base64 of the first. */
    private static final List<String> HTTP_IN_BASE64 =
            List.of("aHR0c", "odHRw", "h0dH", "SFRUU", "IVFRQ", "hUVF", "SHR0c", "IdHRw", "YUhSMG");

    /** How many times over a URL in Base64 is looked for. */
    private static final int MAX_BASE64 = 2;

    /** "http" in hexadecimal digits. */
    private static final String HEXADECIMAL = "68747470";

    private static final String TRANSLATOR = ".translate.goog";

    private static final Set<String> ADDRESS_PARAMETERS = Set.of(
            "link",
            "href",
            "target",
            "dest",
            "destination",
            "redirect",
            "redirect_to",
            "redirectto",
            "redir",
            "return",
            "returnto",
            "return_to",
            "next",
            "continue",
            "goto",
            "go",
            "out",
            "to",
            "site",
            "website",
            "page",
            "view",
            "src",
            "source",
            "uddg",
            "u",
            "forward",
            "callback",
            "jump",
            "exit",
            "away",
            "ued",
            "ofl",
            "deeplink",
            "landing",
            "service",
            "continueto");

    private final CanonicalUrl url;
    private final boolean redirector;
    private final List<String> found = new ArrayList<>();

    private InnerUrls(CanonicalUrl url, boolean redirector) {
        this.url = url;
        this.redirector = redirector;
    }

    /**
     * Finds the URLs inside a URL, outermost first, without those inside them.
     *
     * @param redirector whether every parameter and the path are known to be addresses
     */
    static List<String> of(CanonicalUrl url, boolean redirector) {
        var urls = new InnerUrls(url, redirector);
        if (redirector
                || url.path().length() + url.query().length() + url.fragment().length() > 1
                || url.host().toString().endsWith(TRANSLATOR)) {
            urls.addOfHost();
            urls.addOfPath();
            urls.addOfQuery(url.query());
            urls.addOfFragment();
        }
        return urls.found;
    }

    private void addOfHost() {
        var host = url.host().toString();
        if (host.endsWith(TRANSLATOR)) {
            add("https://" + Viewer.hostOf(host.substring(0, host.length() - TRANSLATOR.length())) + url.path()
                    + query());
        }
    }

    private void addOfPath() {
        var path = url.path();
        if (path.length() < 4) {
            return;
        }
        if (path.indexOf(':') >= 0 || httpInBase64(path) >= 0 || path.contains(HEXADECIMAL)) {
            addFrom(PercentCoding.decode(path.substring(1)) + query(), false);
        }
        int parameters = path.indexOf(';');
        if (parameters >= 0) {
            addOfQuery(path.substring(parameters + 1));
        }
        int proxied = path.indexOf("/http");
        if (proxied >= 0) {
            addProxied(path, proxied);
        }
        var viewed = Viewer.pathOf(url.host().toString(), path);
        if (viewed != null) {
            add("https://" + viewed + query());
        } else if (redirector && found.isEmpty()) {
            addFirstHost(path);
        }
    }

    /** Adds what a proxy has after a folder that is named as a scheme: {@code /https/example.org/}. */
    private void addProxied(String path, int folder) {
        int rest = path.startsWith("/https/", folder) ? folder + 7 : path.startsWith("/http/", folder) ? folder + 6 : 0;
        if (rest > 0) {
            addFrom(PercentCoding.decode(path.substring(rest)) + query(), true);
        }
    }

    /** Adds what begins with the first segment that is a host, or names one. */
    private void addFirstHost(String path) {
        int from = 1;
        for (int i = 0; i < MAX_COUNT && from > 0 && found.isEmpty(); i++) {
            int end = path.indexOf('/', from);
            int equals = path.indexOf('=', from);
            if (equals >= 0 && equals < end) {
                addFrom(PercentCoding.decode(path.substring(equals + 1, end)), true);
            }
            addFrom(PercentCoding.decode(path.substring(from)) + query(), true);
            from = end + 1;
        }
    }

    private void addOfQuery(String query) {
        if (query.isEmpty()) {
            return;
        }
        int before = found.size();
        var parameters = query.indexOf(';') < 0 ? query.split("&") : SEPARATORS.split(query);
        for (var parameter : parameters) {
            if (parameter.indexOf('=') < 0) {
                // The canonical form encodes the second one between ampersands
                parameter = parameter.replaceFirst("%3D", "=");
            }
            int equals = parameter.indexOf('=');
            var value = PercentCoding.decode(parameter.substring(equals + 1));
            boolean alone = equals < 0 && parameters.length == 1;
            addFrom(value, redirector || alone || equals > 0 && namesAddress(parameter.substring(0, equals)));
        }
        if (found.size() == before && query.indexOf(':') >= 0) {
            // A query that is a URL as a whole, with an equals sign of its own
            addFrom(PercentCoding.decode(query), false);
        }
    }

    /** Whether a parameter's name says that an address is meant, also that of one of several, {@code url[]}. */
    private static boolean namesAddress(String name) {
        var decoded = PercentCoding.decode(name);
        int bracket = decoded.indexOf('[');
        var plain = bracket < 0 ? decoded : decoded.substring(0, bracket);
        var lower = plain.toLowerCase(Locale.ROOT);
        return lower.endsWith("url") || lower.endsWith("uri") || ADDRESS_PARAMETERS.contains(lower);
    }

    private void addOfFragment() {
        var fragment = url.fragment();
        if (fragment.length() > 3) {
            for (int i = 0; i < CanonicalUrl.MAX_ENCODINGS; i++) {
                fragment = PercentCoding.decode(fragment);
            }
            addFrom(fragment, false);
            int question = fragment.indexOf('?');
            addOfQuery(fragment.substring(question + 1));
        }
    }

    /** Adds the URL that a text has in it. */
    private void addFrom(String text, boolean isAddress) {
        var value = withoutControls(text);
        if (value.length() < 4) {
            return;
        }
        if (value.indexOf(':') >= 0) {
            var start = URL.matcher(value);
            if (start.find()) {
                add(start.start() == 0 ? value : cut(value.substring(start.start())));
                return;
            }
        }
        if (value.startsWith("//") || value.startsWith("\\\\") || value.startsWith("/\\") || value.startsWith("\\/")) {
            add("https:" + value);
        } else if (httpInBase64(value) >= 0 && addBase64(value, httpInBase64(value))) {
            return;
        } else if (value.contains(HEXADECIMAL) && addHexadecimal(value.substring(value.indexOf(HEXADECIMAL)))) {
            return;
        } else if (value.contains("-3A__") || value.contains("-3A-2F-2F")) {
            // Proofpoint's form: a hyphen for the percent sign, an underscore for the slash
            addFrom(PercentCoding.decode(value.replace('-', '%').replace('_', '/')), false);
        } else if (isAddress && !addHost(value)) {
            addHostInBase64(value);
        }
    }

    /** A text without what browsers leave out of a URL. */
    private static String withoutControls(String text) {
        var value = text.strip();
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ') {
                return CONTROLS.matcher(value).replaceAll("");
            }
        }
        return value;
    }

    /** Adds a host without a scheme, and what comes after it. */
    private boolean addHost(String value) {
        // Google's cache has its key and the host after one colon each
        var address = value.startsWith("cache:") ? value.substring(value.lastIndexOf(':') + 1) : value;
        address = NO_SLASHES.matcher(address).replaceFirst("");
        if (address.startsWith("ssl:")) {
            address = address.substring("ssl:".length());
        }
        if (!PhraseText.isAscii(address)) {
            address = address.replace('\u3002', '.').replace('\uff0e', '.').replace('\uff61', '.');
        }
        if (!HOST.matcher(address).matches() && !LOCAL.matcher(address).matches()) {
            return false;
        }
        try {
            var host = CanonicalUrl.of("http://" + address).host();
            if (host.isAddress() ? host.addressRange() != AddressRange.PUBLIC : isName(host, address)) {
                add("https://" + address);
                return true;
            }
        } catch (Unscannable e) {
            // A word with a dot in it, and no address
        }
        return false;
    }

    private static boolean isName(Host host, String address) {
        return LOCAL.matcher(address).matches() || host.hasRegistrySuffix();
    }

    /** Adds a host without a scheme that is in Base64 as a whole. */
    private void addHostInBase64(String value) {
        if (BASE64.matcher(value).matches()) {
            for (int skipped = 0; skipped < 3; skipped++) {
                var text = ofBase64(value.substring(skipped));
                if (text.startsWith("//") || addHost(text)) {
                    addFrom(text, false);
                    return;
                }
            }
        }
    }

    /** Where the scheme of a URL in Base64 is, or -1. */
    private static int httpInBase64(String text) {
        if (text.length() >= 8) {
            for (var scheme : HTTP_IN_BASE64) {
                int at = text.indexOf(scheme);
                if (at >= 0) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** Adds the URL in the Base64 digits around a place. What is before them may belong to another text. */
    private boolean addBase64(String text, int at) {
        return addBase64(text, at, MAX_BASE64);
    }

    private boolean addBase64(String text, int at, int levels) {
        int from = at;
        while (from > 0 && isBase64(text.charAt(from - 1))) {
            from--;
        }
        for (int skipped = 0; skipped < 4 && from + skipped <= at; skipped++) {
            var decoded = ofBase64(text.substring(from + skipped));
            int inner = levels > 1 ? httpInBase64(decoded) : -1;
            if (addUrlIn(decoded) || inner >= 0 && addBase64(decoded, inner, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    private static String ofBase64(String digits) {
        int end = 0;
        while (end < digits.length() && isBase64(digits.charAt(end))) {
            end++;
        }
        var plain = digits.substring(0, end - (end % 4 == 1 ? 1 : 0))
                .replace('-', '+')
                .replace('_', '/');
        return new String(Base64.getDecoder().decode(plain), StandardCharsets.UTF_8);
    }

    private boolean addHexadecimal(String text) {
        int end = 0;
        while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0 && text.charAt(end) < 0x80) {
            end++;
        }
        return addUrlIn(new String(HexFormat.of().parseHex(text.substring(0, end - end % 2)), StandardCharsets.UTF_8));
    }

    /** Adds the URL in a text that was decoded, without what comes after it. */
    private boolean addUrlIn(String text) {
        var start = URL.matcher(text);
        if (text.indexOf(':') < 0 || !start.find()) {
            return false;
        }
        add(cut(text.substring(start.start())));
        return true;
    }

    private void add(String address) {
        if (found.size() <= MAX_COUNT) {
            found.add(address);
        }
    }

    private String query() {
        return url.query().isEmpty() ? "" : "?" + url.query();
    }

    private static String cut(String text) {
        var end = TEXT_END.matcher(text);
        return end.find() ? text.substring(0, end.start()) : text;
    }

    private static boolean isBase64(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "+/-_".indexOf(c) >= 0;
    }
}
