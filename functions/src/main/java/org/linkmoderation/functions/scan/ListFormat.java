package org.linkmoderation.functions.scan;

import com.google.common.net.InetAddresses;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How a list is written. Each constant reads one line; a line that is not of the format is refused with a sentence. */
enum ListFormat {
    /** One host a line, meant with all below it, or {@code host/path}. {@code *.} before a host means the same. */
    DOMAINS {
        @Override
        void read(String line, ListContent.Builder into) throws BrokenLine {
            var entry = beforeComment(line);
            if (!entry.isEmpty()) {
                addDomainOrUrl(entry.startsWith("*.") ? entry.substring(2) : entry, into);
            }
        }
    },

    /**
     * A hosts file: an address and one or more names, meant with all below them. Names of one label are local: skipped.
     */
    HOSTS {
        @Override
        void read(String line, ListContent.Builder into) throws BrokenLine {
            var entry = beforeComment(line);
            if (entry.isEmpty()) {
                return;
            }
            var fields = entry.split("\\s+");
            var zone = fields[0].indexOf('%');
            if (fields.length < 2
                    || !InetAddresses.isInetAddress(zone < 0 ? fields[0] : fields[0].substring(0, zone))) {
                throw new BrokenLine("is not an IP address and a name");
            }
            for (int i = 1; i < fields.length; i++) {
                if (fields[i].indexOf('.') < 0 || LOCAL_NAMES.contains(fields[i].toLowerCase(Locale.ROOT))) {
                    into.skip();
                } else {
                    into.add(domain(fields[i]));
                }
            }
        }
    },

    /**
     * URLhaus' CSV: the third column is a URL. A URL that has no canonical form is skipped: no scan would call it safe.
     */
    URLHAUS {
        @Override
        void read(String line, ListContent.Builder into) throws BrokenLine {
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            var fields = csv(line);
            if (fields.size() < 4 || !fields.get(2).matches("(?i)[a-z][a-z0-9+.-]*://.*")) {
                throw new BrokenLine("has no URL in its third column");
            }
            try {
                into.add(CanonicalUrl.of(fields.get(2)));
            } catch (Unscannable e) {
                into.skip();
            }
        }
    },

    /**
     * AdBlock's network rules of the form {@code ||domain^}. What cannot concern the page that a link opens is skipped:
     * cosmetic rules, exceptions, patterns, and rules for certain kinds of requests only.
     */
    ADBLOCK {
        @Override
        void read(String line, ListContent.Builder into) throws BrokenLine {
            var rule = line.strip();
            if (rule.isEmpty() || rule.startsWith("!") || rule.startsWith("[")) {
                return;
            }
            int dollar = rule.indexOf('$');
            var pattern = dollar < 0 ? rule : rule.substring(0, dollar);
            if (!pattern.startsWith("||")
                    || pattern.contains("#")
                    || pattern.contains("*")
                    || pattern.indexOf('^') != pattern.length() - 1
                    || pattern.indexOf('/') >= 0
                    || dollar >= 0 && !concernsPages(rule.substring(dollar + 1))) {
                into.skip();
                return;
            }
            try {
                into.add(Host.of(pattern.substring(2, pattern.length() - 1)));
            } catch (Unscannable e) {
                throw new BrokenLine("names no host between || and ^");
            }
        }
    },

    /** One phrase a line, see {@link Phrases}. */
    PHRASES {
        @Override
        void read(String line, ListContent.Builder into) throws BrokenLine {
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            var phrase = line.strip();
            if (Phrases.length(phrase) < Phrases.MIN_LENGTH) {
                throw new BrokenLine("is a phrase of fewer than " + Phrases.MIN_LENGTH + " letters and digits");
            }
            into.addPhrase(phrase);
        }
    },

    /** One SHA-256 of a look-up expression a line, whole or its first four bytes or more, in hexadecimal digits. */
    HASHES {
        @Override
        void read(String line, ListContent.Builder into) throws BrokenLine {
            var digits = beforeComment(line);
            if (digits.isEmpty()) {
                return;
            }
            if (digits.length() < 2 * HashPrefixes.MIN_BYTES || digits.length() > 64 || digits.length() % 2 != 0) {
                throw new BrokenLine("is not 8 to 64 hexadecimal digits, two for each byte");
            }
            try {
                byte[] hash = HexFormat.of().parseHex(digits);
                int bytes = Math.min(hash.length, HashPrefixes.MAX_BYTES);
                into.addHash(Expressions.first(hash, bytes), bytes);
            } catch (IllegalArgumentException e) {
                throw new BrokenLine("is not 8 to 64 hexadecimal digits, two for each byte");
            }
        }
    };

    /** What hosts files say of the machine itself, besides names of one label. */
    private static final Set<String> LOCAL_NAMES = Set.of("localhost.localdomain", "0.0.0.0");

    private static final Set<String> PAGE_OPTIONS =
            Set.of("all", "doc", "document", "popup", "important", "match-case");

    /**
     * Reads one line into the list.
     *
     * @throws BrokenLine if the line is not of this format
     */
    abstract void read(String line, ListContent.Builder into) throws BrokenLine;

    private static String beforeComment(String line) {
        int hash = line.indexOf('#');
        return (hash < 0 ? line : line.substring(0, hash)).strip();
    }

    private static void addDomainOrUrl(String entry, ListContent.Builder into) throws BrokenLine {
        if (entry.indexOf('/') < 0) {
            into.add(domain(entry));
            return;
        }
        try {
            var url = CanonicalUrl.of("http://" + entry);
            domain(url.host().toString());
            into.add(url);
        } catch (Unscannable e) {
            throw new BrokenLine("is neither a host nor host/path");
        }
    }

    private static Host domain(String name) throws BrokenLine {
        try {
            var host = Host.of(name);
            if (!host.isAddress() && host.labels() < 2) {
                throw new BrokenLine("is a host of one label, which would be a whole top-level domain");
            }
            return host;
        } catch (Unscannable e) {
            throw new BrokenLine("is no host name");
        }
    }

    private static boolean concernsPages(String options) {
        return PAGE_OPTIONS.containsAll(List.of(options.split(",", -1)));
    }

    private static List<String> csv(String line) throws BrokenLine {
        var fields = new ArrayList<String>();
        int at = 0;
        while (at <= line.length()) {
            if (at < line.length() && line.charAt(at) == '"') {
                var field = new StringBuilder();
                int quote = line.indexOf('"', at + 1);
                while (quote >= 0 && quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
                    field.append(line, at + 1, quote + 1);
                    at = quote + 1;
                    quote = line.indexOf('"', at + 1);
                }
                if (quote < 0 || quote + 1 < line.length() && line.charAt(quote + 1) != ',') {
                    throw new BrokenLine("has a quotation mark that is not closed before a comma");
                }
                fields.add(field.append(line, at + 1, quote).toString());
                at = quote + 2;
            } else {
                int comma = line.indexOf(',', at);
                int end = comma < 0 ? line.length() : comma;
                fields.add(line.substring(at, end).strip());
                at = end + 1;
            }
        }
        return fields;
    }

    /** Says what is wrong with a line, as the end of a sentence that begins with "line 7". */
    static final class BrokenLine extends Exception {

        BrokenLine(String problem) {
            super(problem, null, false, false);
        }
    }
}
