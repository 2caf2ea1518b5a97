package org.linkmoderation.functions.scan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a URL is looked up by: every host suffix together with every path prefix, as Safe Browsing does it, each as the
 * first eight bytes of its SHA-256. Unlike there, every suffix of the host is tried, not five: a listed domain has no
 * blind spot below it, and {@link LinkScan#MAX_HOST_LABELS} bounds the work.
 *
 * <p>An expression is {@code host/}, {@code host/path/} or {@code host/path?query}, without scheme, user and port.
 */
final class Expressions {

    private static final int PATH_PREFIXES = 4;
    private static final int HASH_BYTES = 8;

    private final long[] hosts;
    private final long[] paths;

    private Expressions(long[] hosts, long[] paths) {
        this.hosts = hosts;
        this.paths = paths;
    }

    /**
     * The expressions of a URL.
     *
     * @param withPaths whether to make those with a path too; without, {@link #paths()} is empty
     */
    static Expressions of(CanonicalUrl url, boolean withPaths) {
        var digest = sha256();
        var host = url.host();
        var hostText = host.toString();
        var suffixes = host.isAddress() ? new String[] {hostText} : suffixes(hostText, host.labels());
        var hosts = new long[suffixes.length];
        for (int i = 0; i < suffixes.length; i++) {
            hosts[i] = hash(digest, suffixes[i] + "/");
        }
        var prefixes = withPaths ? prefixes(url) : new String[0];
        var paths = new long[suffixes.length * prefixes.length];
        for (int i = 0; i < paths.length; i++) {
            paths[i] = hash(digest, suffixes[i / prefixes.length] + prefixes[i % prefixes.length]);
        }
        return new Expressions(hosts, paths);
    }

    /** The hash under which a list keeps an entry for a host and all below it. */
    static long ofHost(MessageDigest digest, Host host) {
        return hash(digest, host + "/");
    }

    /** The hash under which a list keeps an entry for a URL. */
    static long ofUrl(MessageDigest digest, CanonicalUrl url) {
        return hash(digest, url.host() + url.path() + query(url));
    }

    /** Hashes of the host suffixes with the root path, the whole host first. */
    long[] hosts() {
        return hosts;
    }

    /** Hashes of the host suffixes with all path prefixes below the root. */
    long[] paths() {
        return paths;
    }

    private static String[] suffixes(String host, int labels) {
        var suffixes = new String[labels];
        for (int i = 0, from = 0; i < labels; i++, from = host.indexOf('.', from) + 1) {
            suffixes[i] = host.substring(from);
        }
        return suffixes;
    }

    /** The path with and without its query, and up to four prefixes that end in a slash, but not the root. */
    private static String[] prefixes(CanonicalUrl url) {
        var path = url.path();
        var prefixes = new String[PATH_PREFIXES + 2];
        int count = 0;
        if (!url.query().isEmpty()) {
            prefixes[count++] = path + query(url);
        }
        if (path.length() > 1) {
            prefixes[count++] = path;
        }
        int slash = path.indexOf('/', 1);
        for (int i = 0; i < PATH_PREFIXES && slash > 0 && slash + 1 < path.length(); i++) {
            prefixes[count++] = path.substring(0, slash + 1);
            slash = path.indexOf('/', slash + 1);
        }
        return java.util.Arrays.copyOf(prefixes, count);
    }

    private static String query(CanonicalUrl url) {
        return url.query().isEmpty() ? "" : "?" + url.query();
    }

    private static long hash(MessageDigest digest, String expression) {
        byte[] bytes = digest.digest(expression.getBytes(StandardCharsets.UTF_8));
        return first(bytes, HASH_BYTES);
    }

    /** The first bytes of a hash, at the high end of a number. */
    static long first(byte[] hash, int count) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (i < count ? hash[i] & 255 : 0);
        }
        return value;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
