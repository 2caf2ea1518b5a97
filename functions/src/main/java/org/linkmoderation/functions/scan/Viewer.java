package org.linkmoderation.functions.scan;

import java.util.Set;

/** Viewers that write the address of the page that they show into their own host or path, without its scheme. */
final class Viewer {

    private static final Set<String> GOOGLE_PATHS = Set.of("/url", "/imgres", "/translate", "/viewer", "/gwt/x");

    private static final Set<String> AMP_KINDS = Set.of("c", "v", "i", "r", "wp", "mbv", "ad");

    private Viewer() {}

    /** The host that Google's translator and AMP cache make one label of: a dot is a hyphen, a hyphen two. */
    static String hostOf(String label) {
        return label.replace("--", "\0").replace('-', '.').replace('\0', '-');
    }

    /**
     * The host and path that a viewer shows.
     *
     * @return null if it is no viewer, or shows nothing
     */
    static String pathOf(String host, String path) {
        if (host.endsWith("cdn.ampproject.org")) {
            int kind = path.indexOf('/', 1);
            return kind > 0 && AMP_KINDS.contains(path.substring(1, kind))
                    ? withoutSecure(path.substring(kind + 1))
                    : null;
        }
        if (path.startsWith("/amp/") && (host.contains("google.") || host.contains("bing."))) {
            return withoutSecure(path.substring("/amp/".length()));
        }
        if (host.endsWith(".wp.com") && host.startsWith("i") && host.length() == "i0.wp.com".length()) {
            return path.substring(1);
        }
        return null;
    }

    /** Whether a URL is Google's redirector or viewer in a country's domain, which lists have under one name only. */
    static boolean isGoogle(Host host, String path) {
        return GOOGLE_PATHS.contains(path)
                && host.toString().contains("google.")
                && host.registrableDomain().startsWith("google.");
    }

    private static String withoutSecure(String address) {
        return address.startsWith("s/") ? address.substring(2) : address;
    }
}
