package org.linkmoderation.functions.scan;

import com.google.common.net.InetAddresses;
import com.google.common.net.InternetDomainName;
import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A host in its canonical form, read as a browser reads it (the WHATWG URL standard's host parser) or refused.
 *
 * <p>urlcanon has its own treatment of hosts. It is not used, because what a browser would open must be exactly what is
 * judged: it maps international names after it has looked for numbers (so a number in circled digits stays a name),
 * formats numbers in the default locale, cuts IPv6 groups to 16 bits and leaves a name as it is where the mapping
 * fails.
 */
final class Host {

    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;

    private static final IDNA UTS46 = IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

    /** Browsers open names with hyphens in any place, and large sites have them. Lengths are checked here. */
    private static final Set<IDNA.Error> ACCEPTED = EnumSet.of(
            IDNA.Error.HYPHEN_3_4,
            IDNA.Error.LEADING_HYPHEN,
            IDNA.Error.TRAILING_HYPHEN,
            IDNA.Error.EMPTY_LABEL,
            IDNA.Error.LABEL_TOO_LONG,
            IDNA.Error.DOMAIN_NAME_TOO_LONG);

    /** Top-level domains that the Public Suffix List was found to have; no more than it has. */
    private static final Set<String> KNOWN_TOPS = ConcurrentHashMap.newKeySet();

    private final String text;
    private final byte[] address;
    // Worked out when asked for: an entry of a list never is. Two threads that ask at once find the same
    private Suffix suffix;
    private String unicode;

    private Host(String text, byte[] address) {
        this.text = text;
        this.address = address;
    }

    /**
     * Reads the host of a URL.
     *
     * @param raw as the URL has it, without tabs and line breaks
     * @throws Unscannable with {@link Reason#HOST_MISSING} or {@link Reason#HOST_INVALID}
     */
    static Host of(String raw) throws Unscannable {
        if (raw.isEmpty()) {
            throw new Unscannable(Reason.HOST_MISSING);
        }
        if (isPlainName(raw)) {
            return new Host(raw, null);
        }
        if (raw.startsWith("[")) {
            return ofIpv6(raw);
        }
        var name = withoutTrailingDot(toAscii(decode(raw)));
        checkName(name);
        if (endsInNumber(name)) {
            return ofIpv4(name);
        }
        return new Host(name, null);
    }

    /**
     * The name in lower case and ASCII without a trailing dot, or the address ({@code 192.0.2.1},
     * {@code [2001:db8::1]}).
     */
    @Override
    public String toString() {
        return text;
    }

    /** The name as people see it, or the address. */
    String unicode() {
        if (unicode == null) {
            unicode = address == null && text.contains("xn--") ? toUnicode(text) : text;
        }
        return unicode;
    }

    boolean isAddress() {
        return address != null;
    }

    /** Where the address belongs. Only for a host that {@link #isAddress}. */
    AddressRange addressRange() {
        return AddressRange.of(address);
    }

    /**
     * What was registered: the public suffix and the label before it. The whole name if it is a public suffix itself.
     */
    String registrableDomain() {
        return text.substring(suffix().registrableFrom);
    }

    /** The name's labels before the registrable domain, with a dot after each, or nothing. */
    String subdomain() {
        return text.substring(0, suffix().registrableFrom);
    }

    /**
     * What was registered with a registry, whatever a hosting platform calls a suffix of its own: {@code amazonaws.com}
     * for {@code bucket.s3.amazonaws.com}.
     */
    String registryDomain() {
        return text.substring(suffix().registryFrom);
    }

    /** Whether the name ends in a suffix of a registry, which the Public Suffix List has all of. */
    boolean hasRegistrySuffix() {
        var top = text.substring(text.lastIndexOf('.') + 1);
        if (KNOWN_TOPS.contains(top)) {
            return true;
        }
        boolean known = suffix().known;
        if (known) {
            KNOWN_TOPS.add(top);
        }
        return known;
    }

    /** Whether {@code name} is a suffix below which a registry registers names. */
    static boolean isRegistrySuffix(String name) {
        try {
            return InternetDomainName.from(name).isRegistrySuffix();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The number of labels of a name. */
    int labels() {
        return labels(text);
    }

    /** The number of labels of a name. */
    static int labels(String name) {
        int labels = 1;
        for (int i = 0; i < name.length(); i++) {
            labels += name.charAt(i) == '.' ? 1 : 0;
        }
        return labels;
    }

    private static String decode(String raw) throws Unscannable {
        var host = raw;
        for (var decoded = PercentCoding.decode(host); !decoded.equals(host); decoded = PercentCoding.decode(host)) {
            host = decoded;
        }
        // Punycode takes time that grows with the square of the length. No name in DNS is longer, also unmapped
        if (host.length() > MAX_NAME + 1) {
            throw new Unscannable(Reason.HOST_INVALID);
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            // Also in ASCII, so that what is refused cannot depend on how a name is mapped
            if (c <= ' ' || c == 0x7f || c == 0xfffd || "#/:<>?@[\\]^|%".indexOf(c) >= 0) {
                throw new Unscannable(Reason.HOST_INVALID);
            }
        }
        return host;
    }

    private static String toAscii(String host) throws Unscannable {
        if (host.chars().allMatch(c -> c < 0x80)) {
            var lower = host.toLowerCase(Locale.ROOT);
            if (!lower.contains("xn--")) {
                return lower;
            }
        }
        var info = new IDNA.Info();
        var ascii = UTS46.nameToASCII(host, new StringBuilder(host.length() + 16), info);
        if (!ACCEPTED.containsAll(info.getErrors())) {
            throw new Unscannable(Reason.HOST_INVALID);
        }
        return ascii.toString().toLowerCase(Locale.ROOT);
    }

    private static String toUnicode(String ascii) {
        return UTS46.nameToUnicode(ascii, new StringBuilder(ascii.length()), new IDNA.Info())
                .toString();
    }

    private static String withoutTrailingDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static void checkName(String name) throws Unscannable {
        int label = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i < name.length() ? name.charAt(i) : '.';
            if (c == '.') {
                if (label == 0 || label > MAX_LABEL) {
                    throw new Unscannable(Reason.HOST_INVALID);
                }
                label = 0;
            } else if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
                label++;
            } else {
                throw new Unscannable(Reason.HOST_INVALID);
            }
        }
        if (name.length() > MAX_NAME) {
            throw new Unscannable(Reason.HOST_INVALID);
        }
    }

    private static boolean endsInNumber(String name) {
        var last = name.substring(name.lastIndexOf('.') + 1);
        return last.chars().allMatch(c -> c >= '0' && c <= '9')
                || last.startsWith("0x") && last.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private static Host ofIpv4(String name) throws Unscannable {
        var parts = name.split("\\.", -1);
        if (parts.length > 4) {
            throw new Unscannable(Reason.HOST_INVALID);
        }
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            long part = number(parts[i]);
            int bits = last ? 8 * (4 - i) : 8;
            if (part >= 1L << bits) {
                throw new Unscannable(Reason.HOST_INVALID);
            }
            value = value << bits | part;
        }
        var bytes = new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
        return new Host(
                (value >> 24) + "." + (value >> 16 & 255) + "." + (value >> 8 & 255) + "." + (value & 255), bytes);
    }

    /** A number in decimal, octal ({@code 017}) or hexadecimal ({@code 0x1f}; {@code 0x} alone is zero). */
    private static long number(String part) throws Unscannable {
        try {
            if (part.startsWith("0x")) {
                return part.length() == 2 ? 0 : unsigned(part.substring(2), 16);
            }
            return part.length() > 1 && part.startsWith("0") ? unsigned(part, 8) : unsigned(part, 10);
        } catch (NumberFormatException e) {
            throw new Unscannable(Reason.HOST_INVALID);
        }
    }

    private static long unsigned(String digits, int radix) {
        var significant = digits.replaceFirst("^0+(?=.)", "");
        if (significant.startsWith("-") || significant.length() > 12) {
            throw new NumberFormatException();
        }
        return Long.parseLong(significant, radix);
    }

    private static Host ofIpv6(String raw) throws Unscannable {
        // A zone, as in [fe80::1%eth0], belongs to one machine; browsers refuse it
        if (raw.indexOf('%') >= 0 || !InetAddresses.isUriInetAddress(raw)) {
            throw new Unscannable(Reason.HOST_INVALID);
        }
        var address = InetAddresses.forUriString(raw);
        return new Host(InetAddresses.toUriString(address), address.getAddress());
    }

    /** Whether a host is a name in its canonical form, with nothing to map: so nearly all are. */
    private static boolean isPlainName(String raw) {
        int label = 0;
        boolean dashes = false;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return false;
                }
                label = 0;
            } else if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_') {
                label++;
            } else if (c == '-') {
                label++;
                dashes |= i > 0 && raw.charAt(i - 1) == '-';
            } else {
                return false;
            }
            if (label > MAX_LABEL) {
                return false;
            }
        }
        // International names and numbers take the long way
        char last = raw.charAt(raw.lastIndexOf('.') + 1 == raw.length() ? 0 : raw.lastIndexOf('.') + 1);
        return label > 0 && raw.length() <= MAX_NAME && (last < '0' || last > '9') && !(dashes && raw.contains("xn--"));
    }

    private Suffix suffix() {
        if (suffix == null) {
            suffix = address == null ? Suffix.of(text) : new Suffix(0, 0, true);
        }
        return suffix;
    }

    /**
     * Where a name's registrable domain begins.
     *
     * @param registrableFrom with the suffixes of hosting platforms
     * @param registryFrom with those of registries alone
     * @param known whether there is a suffix of a registry
     */
    private record Suffix(int registrableFrom, int registryFrom, boolean known) {

        static Suffix of(String name) {
            int dot = name.lastIndexOf('.');
            int two = dot < 0 ? 0 : name.lastIndexOf('.', dot - 1) + 1;
            InternetDomainName domain;
            try {
                domain = InternetDomainName.from(name);
            } catch (IllegalArgumentException e) {
                // A name that browsers open and DNS registries do not sell, such as one with an outer hyphen
                return new Suffix(two, two, isRegistrySuffix(name.substring(dot + 1)));
            }
            if (!domain.hasRegistrySuffix()) {
                return new Suffix(two, two, false);
            }
            int registry = from(name, domain.registrySuffix());
            int platform = domain.hasPublicSuffix() ? from(name, domain.publicSuffix()) : registry;
            return new Suffix(platform, registry, true);
        }

        /** Where the label before a suffix begins. */
        private static int from(String name, InternetDomainName suffix) {
            int dot = name.length() - suffix.toString().length() - 1;
            return dot < 0 ? 0 : name.lastIndexOf('.', dot - 1) + 1;
        }
    }
}
