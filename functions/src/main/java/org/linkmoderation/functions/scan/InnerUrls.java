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

    /** "http" in Base64, and in hexadecimal digits. */
    private static final String BASE64 = "aHR0c";

    private static final String HEXADECIMAL = "68747470";

    private static final Set<String> ADDRESS_PARAMETERS = Set.of(
            "url",
            "uri",
            "link",
            "href",
            "target",
            "dest",
            "destination",
            "redirect",
            "redirect_to",
            "redirect_uri",
            "redirect_url",
            "redirectto",
            "redirecturl",
            "redir",
            "return",
            "returnto",
            "return_to",
            "returnurl",
            "return_url",
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
            "image_url",
            "imgurl",
            "uddg",
            "u",
            "forward",
            "callback",
            "jump",
            "exit",
            "away");

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
                || url.path().length() + url.query().length() + url.fragment().length() > 1) {
            urls.addOfHost();
            urls.addOfPath();
            urls.addOfQuery(url.query());
            urls.addOfFragment();
        }
        return urls.found;
    }

    private void addOfHost() {
        var host = url.host().toString();
        if (host.endsWith(".translate.goog")) {
            add("https://" + Viewer.hostOf(host.substring(0, host.length() - ".translate.goog".length())) + url.path()
                    + query());
        }
    }

    private void addOfPath() {
        var path = url.path();
        if (path.length() < 4) {
            return;
        }
        if (path.indexOf(':') >= 0 || path.contains(BASE64) || path.contains(HEXADECIMAL)) {
            addFrom(PercentCoding.decode(path.substring(1)) + query(), false);
        }
        var viewed = Viewer.pathOf(url.host().toString(), path);
        if (viewed != null) {
            add("https://" + viewed + query());
        } else if (redirector && found.isEmpty()) {
            addFirstHost(path);
        }
    }

    /** Adds what begins with the first segment that is a host. */
    private void addFirstHost(String path) {
        int from = 1;
        for (int i = 0; i < MAX_COUNT && from > 0 && found.isEmpty(); i++) {
            addFrom(PercentCoding.decode(path.substring(from)) + query(), true);
            from = path.indexOf('/', from) + 1;
        }
    }

    private void addOfQuery(String query) {
        if (query.isEmpty()) {
            return;
        }
        int before = found.size();
        for (var parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            var name = equals < 0 ? "" : parameter.substring(0, equals).toLowerCase(Locale.ROOT);
            var value = PercentCoding.decode(parameter.substring(equals + 1));
            addFrom(value, redirector || ADDRESS_PARAMETERS.contains(name));
        }
        if (found.size() == before && query.indexOf(':') >= 0) {
            // A query that is a URL as a whole, with an equals sign of its own
            addFrom(PercentCoding.decode(query), false);
        }
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
        var value = text.strip();
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
        } else if (value.contains(BASE64)) {
            addBase64(value.substring(value.indexOf(BASE64)));
        } else if (value.contains(HEXADECIMAL)) {
            addHexadecimal(value.substring(value.indexOf(HEXADECIMAL)));
        } else if (value.contains("-3A__") || value.contains("-3A-2F-2F")) {
            // Proofpoint's form: a hyphen for the percent sign, an underscore for the slash
            addFrom(PercentCoding.decode(value.replace('-', '%').replace('_', '/')), false);
        } else if (isAddress) {
            // Google's cache has its key and the host after one colon each
            var address = value.startsWith("cache:") ? value.substring(value.lastIndexOf(':') + 1) : value;
            if (HOST.matcher(address).matches()) {
                addHost(address);
            }
        }
    }

    private void addHost(String value) {
        var address = "https://" + value;
        try {
            if (CanonicalUrl.of(address).host().hasRegistrySuffix()) {
                add(address);
            }
        } catch (Unscannable e) {
            // A word with a dot in it, and no address
        }
    }

    private void addBase64(String text) {
        int end = 0;
        while (end < text.length() && isBase64(text.charAt(end))) {
            end++;
        }
        var digits = text.substring(0, end - (end % 4 == 1 ? 1 : 0))
                .replace('-', '+')
                .replace('_', '/');
        add(cut(new String(Base64.getDecoder().decode(digits), StandardCharsets.UTF_8)));
    }

    private void addHexadecimal(String text) {
        int end = 0;
        while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0 && text.charAt(end) < 0x80) {
            end++;
        }
        add(cut(new String(HexFormat.of().parseHex(text.substring(0, end - end % 2)), StandardCharsets.UTF_8)));
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
