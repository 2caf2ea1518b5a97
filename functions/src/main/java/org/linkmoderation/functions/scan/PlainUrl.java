package org.linkmoderation.functions.scan;

import java.util.Arrays;

/**
 * The parts of a URL that is in its canonical form already, but for the order of its parameters: most links are, and
 * one look at each character tells. Such a URL needs none of the work of {@link CanonicalUrl#ofAny}, which finds the
 * same parts.
 *
 * @param scheme {@code http} or {@code https}
 * @param host as it is written
 * @param path begins with a slash
 * @param query sorted, without its question mark
 * @param fragment without its hash sign
 */
record PlainUrl(String scheme, String host, String path, String query, String fragment) {

    /** Takes a URL apart, or returns null if it is not plain. */
    static PlainUrl of(String url) {
        int from = url.startsWith("https://") ? 8 : url.startsWith("http://") ? 7 : 0;
        if (from == 0) {
            return null;
        }
        int end = url.length();
        int host = from;
        while (host < end && isHostCharacter(url.charAt(host))) {
            host++;
        }
        if (host == from || host < end && "/?#".indexOf(url.charAt(host)) < 0) {
            return null;
        }
        int path = host;
        char before = 0;
        while (path < end && url.charAt(path) != '?' && url.charAt(path) != '#') {
            char c = url.charAt(path++);
            if (!isPlain(c) || before == '/' && (c == '/' || c == '.')) {
                return null;
            }
            before = c;
        }
        int hash = url.indexOf('#', path);
        int query = hash < 0 ? end : hash;
        if (!isPlainQuery(url, path + 1, query)) {
            return null;
        }
        for (int i = query + 1; i < end; i++) {
            if (!isPlain(url.charAt(i))) {
                return null;
            }
        }
        return new PlainUrl(
                url.substring(0, from - 3),
                url.substring(from, host),
                path == host ? "/" : url.substring(host, path),
                path >= query ? "" : sorted(url.substring(path + 1, query)),
                query == end ? "" : url.substring(query + 1));
    }

    private static boolean isHostCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '%' && c != '\\';
    }

    /** A second equals sign in a parameter would be encoded. */
    private static boolean isPlainQuery(String url, int from, int to) {
        boolean equals = false;
        for (int i = from; i < to; i++) {
            char c = url.charAt(i);
            if (!isPlain(c) || c == '=' && equals) {
                return false;
            }
            equals = c == '=' || equals && c != '&';
        }
        return true;
    }

    private static String sorted(String query) {
        if (query.indexOf('&') < 0) {
            return query;
        }
        var parameters = query.split("&");
        Arrays.sort(parameters);
        return String.join("&", parameters);
    }
}
