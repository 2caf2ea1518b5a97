package org.linkmoderation.functions.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * What was read of one list.
 *
 * @param expressions the hashes of hosts and URLs
 * @param pathHosts the hashes of the hosts of those entries that are for less than a whole host
 * @param hashes prefixes that came as hashes
 * @param phrases the phrases
 * @param names the hosts by name; only if they were asked for
 * @param entries the number of lines' entries that count, doubles included
 * @param skipped the number of entries that are of the format and do not concern the scan
 * @param digest the SHA-256 of the list's bytes
 */
record ListContent(
        HashPrefixes expressions,
        HashPrefixes pathHosts,
        HashPrefixes hashes,
        Phrases phrases,
        List<String> names,
        int entries,
        int skipped,
        byte[] digest) {

    /** More than the largest public lists have, and 80 MB. */
    static final int MAX_ENTRIES = 10_000_000;

    private static final int MAX_LINE = 65_536;

    /**
     * Reads a list to its end. It is not closed.
     *
     * @param keepNames whether {@link #names} is wanted
     * @throws BrokenList if a line is not of the format, or there is no entry
     * @throws IOException if it cannot be read
     */
    static ListContent read(InputStream list, ListFormat format, boolean keepNames) throws IOException {
        var digesting = new DigestInputStream(list, Expressions.sha256());
        var lines = new Lines(digesting);
        var builder = new Builder(keepNames);
        try {
            for (var line = lines.next(); line != null; line = lines.next()) {
                format.read(line, builder);
                if (builder.entries > MAX_ENTRIES) {
                    throw new BrokenList(lines.number, "is more than the " + MAX_ENTRIES + " entries a list may have");
                }
            }
        } catch (ListFormat.BrokenLine e) {
            throw new BrokenList(lines.number, e.getMessage());
        } catch (CharacterCodingException e) {
            throw new BrokenList(lines.number, "or one soon after it is not UTF-8");
        }
        if (builder.entries == 0) {
            throw new BrokenList(lines.number, "is the end, and there was no entry that counts");
        }
        return builder.build(digesting.getMessageDigest().digest());
    }

    /** A list is not of its format. */
    static final class BrokenList extends IOException {

        private final int line;

        BrokenList(int line, String problem) {
            super("line " + line + " " + problem);
            this.line = line;
        }

        /** The number of the line, from 1. */
        int line() {
            return line;
        }
    }

    /** Collects entries. */
    static final class Builder {

        private final HashPrefixes.Builder expressions = new HashPrefixes.Builder();
        private final HashPrefixes.Builder pathHosts = new HashPrefixes.Builder();
        private final HashPrefixes.Builder hashes = new HashPrefixes.Builder();
        private final List<String> phrases = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final MessageDigest digest = Expressions.sha256();
        private final boolean keepNames;
        private int entries;
        private int skipped;

        private Builder(boolean keepNames) {
            this.keepNames = keepNames;
        }

        void add(Host host) {
            entries++;
            expressions.add(Expressions.ofHost(digest, host), HashPrefixes.MAX_BYTES);
            if (keepNames) {
                names.add(host.toString());
            }
        }

        void add(CanonicalUrl url) {
            entries++;
            if (!url.path().equals("/") || !url.query().isEmpty()) {
                pathHosts.add(Expressions.ofHost(digest, url.host()), HashPrefixes.MAX_BYTES);
            }
            expressions.add(Expressions.ofUrl(digest, url), HashPrefixes.MAX_BYTES);
        }

        void addHash(long hash, int bytes) {
            entries++;
            hashes.add(hash, bytes);
        }

        void addPhrase(String phrase) {
            entries++;
            phrases.add(phrase);
        }

        void skip() {
            skipped++;
        }

        private ListContent build(byte[] digest) {
            return new ListContent(
                    expressions.build(),
                    pathHosts.build(),
                    hashes.build(),
                    new Phrases(phrases),
                    List.copyOf(names),
                    entries,
                    skipped,
                    digest);
        }
    }

    /** Lines of bounded length, strictly in UTF-8. A byte order mark is left out. */
    private static final class Lines {

        private final InputStreamReader reader;
        private final char[] buffer = new char[16_384];
        private final StringBuilder line = new StringBuilder();
        private int at;
        private int filled;
        private int number;

        Lines(InputStream bytes) {
            // A decoder, not a charset: it reports what is not UTF-8 and does not replace it
            reader = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
        }

        /** The next line without its end, or null after the last. */
        String next() throws IOException {
            line.setLength(0);
            number++;
            while (true) {
                if (at == filled) {
                    at = 0;
                    filled = reader.read(buffer);
                    if (filled <= 0) {
                        filled = 0;
                        return line.isEmpty() ? null : text();
                    }
                }
                char c = buffer[at++];
                if (c == '\n') {
                    return text();
                }
                if (line.length() == MAX_LINE) {
                    throw new BrokenList(number, "is longer than " + MAX_LINE + " characters");
                }
                line.append(c);
            }
        }

        private String text() {
            int from = number == 1 && !line.isEmpty() && line.charAt(0) == '\ufeff' ? 1 : 0;
            int to = !line.isEmpty() && line.charAt(line.length() - 1) == '\r' ? line.length() - 1 : line.length();
            return line.substring(Math.min(from, to), to);
        }
    }
}
