package org.linkmoderation.functions.scan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a URL is looked up by, each as the first eight bytes of its SHA-256: every suffix of the host, every suffix with
 * every folder of the path, and every suffix with path and query. So an entry for a host or path holds for all below
 * it, however deep; {@link LinkScan#MAX_HOST_LABELS} and {@link LinkScan#MAX_PATH_SEGMENTS} bound the work.
 *
 * <p>An expression is {@code host/}, {@code host/path} without a slash at its end, or {@code host/path?query}, without
 * scheme, user and port. Lists of hashes come from elsewhere and have the form of Safe Browsing, where a folder ends in
 * a slash: {@link #safeBrowsing}.
 */
final class Expressions {

    private static final int HASH_BYTES = 8;

    private final CanonicalUrl url;
    private final MessageDigest digest = sha256();
    private final String[] suffixes;
    private final long[] hosts;
    private long[] paths;
    private long[] safeBrowsing;

    private Expressions(CanonicalUrl url) {
        this.url = url;
        var host = url.host();
        var name = host.toString();
        suffixes = host.isAddress() ? new String[] {name + "/"} : suffixes(name, host.labels());
        hosts = hashes(List.of(""));
    }

    /** The expressions of a URL. Not thread-safe. */
    static Expressions of(CanonicalUrl url) {
        return new Expressions(url);
    }

    /** The hash under which a list keeps an entry for a host and all below it. */
    static long ofHost(MessageDigest digest, Host host) {
        return hash(digest, host + "/");
    }

    /** The hash under which a list keeps an entry for a path and all below it, or for a path with a query. */
    static long ofUrl(MessageDigest digest, CanonicalUrl url) {
        return hash(digest, url.host() + "/" + withoutEnd(url.path()).substring(1) + query(url));
    }

    /** Hashes of the host suffixes, the whole host first. */
    long[] hosts() {
        return hosts;
    }

    /** Hashes of the host suffixes with each folder, the path, and the path with its query. */
    long[] paths() {
        if (paths == null) {
            var path = withoutEnd(url.path());
            var prefixes = new ArrayList<String>();
            addPaths(path, prefixes);
            if (path.indexOf(';') >= 0) {
                addPaths(withoutParameters(path), prefixes);
            }
            if (!url.query().isEmpty()) {
                prefixes.add(path.substring(1) + query(url));
            }
            paths = hashes(prefixes);
        }
        return paths;
    }

    /** Hashes in the form of Safe Browsing: host suffixes with the root, each folder, the path, and its query. */
    long[] safeBrowsing() {
        if (safeBrowsing == null) {
            var path = url.path();
            var prefixes = new ArrayList<String>();
            for (int slash = 0; slash >= 0 && slash + 1 < path.length(); slash = path.indexOf('/', slash + 1)) {
                prefixes.add(path.substring(1, slash + 1));
            }
            prefixes.add(path.substring(1));
            if (!url.query().isEmpty()) {
                prefixes.add(path.substring(1) + query(url));
            }
            safeBrowsing = hashes(prefixes);
        }
        return safeBrowsing;
    }

    private static void addPaths(String path, List<String> prefixes) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            prefixes.add(path.substring(1, slash));
        }
        if (path.length() > 1) {
            prefixes.add(path.substring(1));
        }
    }

    /** A path as servers read it that take what is after a semicolon in a folder for a parameter, and leave it out. */
    private static String withoutParameters(String path) {
        var folders = new ArrayDeque<String>();
        for (var folder : path.split("/")) {
            var name = folder.substring(0, folder.indexOf(';') < 0 ? folder.length() : folder.indexOf(';'));
            if (name.equals("..")) {
                folders.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                folders.add(name);
            }
        }
        return "/" + String.join("/", folders);
    }

    private long[] hashes(List<String> rests) {
        var hashes = new long[suffixes.length * rests.size()];
        int count = 0;
        for (var rest : rests) {
            for (var suffix : suffixes) {
                hashes[count++] = hash(digest, rest.isEmpty() ? suffix : suffix + rest);
            }
        }
        return hashes;
    }

    private static String[] suffixes(String host, int labels) {
        var suffixes = new String[labels];
        for (int i = 0, from = 0; i < labels; i++, from = host.indexOf('.', from) + 1) {
            suffixes[i] = host.substring(from) + "/";
        }
        return suffixes;
    }

    private static String withoutEnd(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
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
