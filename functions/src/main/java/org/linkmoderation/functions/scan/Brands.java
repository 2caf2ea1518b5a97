package org.linkmoderation.functions.scan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The protected brands, and which domains are theirs. Each is found by its {@link Respelling}; {@link BrandRules} says
 * what is held against a link.
 */
final class Brands {

    /** Registries whose names have cost nothing for years: no brand's own, unless it is listed. */
    private static final Set<String> GIVEN_AWAY = Set.of("tk", "ml", "ga", "cf", "gq");

    /** Top-level domains that are called as a brand and are not the brand's: anyone can register below them. */
    private static final Set<String> OPEN_TOPS = Set.of("live");

    private static final Set<String> COMMON = Set.of("com", "net", "org");

    private static final int ALPHABET = 26;

    private final Map<String, Set<String>> labelsByLook = new HashMap<>();
    private final Map<String, List<Brand>> byRespelling = new HashMap<>();
    private final Set<String> domainLooks = new HashSet<>();
    private final Set<String> otherDomainLooks = new HashSet<>();
    private final Set<String> own = new HashSet<>();
    private final List<List<Brand>> byBeginning = buckets();
    private final List<List<Brand>> byEnd = buckets();
    private final Trie trie = new Trie();

    /**
     * Takes up brands.
     *
     * @param domains the registrable domain of each
     * @param others further domains that are some brand's, with all below them
     */
    Brands(Collection<String> domains, Collection<String> others) {
        var words = Words.packaged("brand-words.txt");
        var generic = Words.packaged("generic-words.txt");
        own.addAll(domains);
        own.addAll(others);
        others.forEach(domain -> otherDomainLooks.add(Skeleton.of(domain)));
        for (var domain : domains) {
            var label = firstLabel(domain);
            labelsByLook
                    .computeIfAbsent(Skeleton.of(label), look -> new HashSet<>())
                    .add(label);
            domainLooks.add(Skeleton.of(domain));
            var respelled = Respelling.of(label.replace("-", ""));
            var kind = generic.contains(label)
                    ? Brand.Kind.GENERIC
                    : label.length() < Brand.MIN_COINED || words.contains(label) ? Brand.Kind.WORD : Brand.Kind.COINED;
            var suffix = domain.substring(Math.min(domain.length(), label.length() + 1));
            var letters = Respelling.letters(label.replace("-", ""));
            var brand = new Brand(label, suffix, respelled, letters, kind);
            for (var form : new TreeSet<>(List.of(respelled, letters))) {
                byRespelling.computeIfAbsent(form, key -> new ArrayList<>(1)).add(brand);
                trie.add(form);
            }
            if (letters.length() >= Brand.MIN_COINED) {
                byBeginning.get(pair(letters, 0)).add(brand);
                byEnd.get(pair(letters, letters.length() - 2)).add(brand);
            }
        }
    }

    /** Whether there is none. */
    boolean isEmpty() {
        return byRespelling.isEmpty();
    }

    /** The brands with this respelling. */
    List<Brand> of(String respelled) {
        return byRespelling.getOrDefault(respelled, List.of());
    }

    /** Where brands' names are in a respelled text. */
    List<String> namesIn(String respelled) {
        return trie.allIn(respelled);
    }

    /** Whether a name in ASCII may use a brand's name in any way. Leaves most hosts out before a closer look. */
    boolean mayBeUsedBy(String host) {
        var letters = new char[host.length()];
        int inLabel = 0;
        int wordFrom = 0;
        boolean joined = false;
        char before = '.';
        int top = host.lastIndexOf('.');
        for (int i = 0; i <= host.length(); i++) {
            char c = i < host.length() ? host.charAt(i) : '.';
            if (c != '.' && c != '-' && c != '_') {
                joined |= Respelling.areJoined(before, c);
                letters[inLabel++] = Respelling.letter(c);
                before = c;
                continue;
            }
            if (i <= top && isNearly(letters, wordFrom, inLabel - wordFrom)) {
                return true;
            }
            wordFrom = inLabel;
            if (c == '.') {
                if (trie.hasAnyIn(letters, inLabel)
                        || joined && trie.hasAnyIn(letters, Respelling.join(letters, inLabel))) {
                    return true;
                }
                inLabel = 0;
                wordFrom = 0;
                joined = false;
            }
            before = c;
        }
        return false;
    }

    private boolean isNearly(char[] letters, int from, int length) {
        return length >= Brand.MIN_COINED
                && (!byBeginning.get(pair(letters[from], letters[from + 1])).isEmpty()
                        || !byEnd.get(pair(letters[from + length - 2], letters[from + length - 1]))
                                .isEmpty())
                && nearlyNamedBy(new String(letters, from, length)) != null;
    }

    /**
     * The brand that a word, by its {@link Respelling#letters}, has one letter more or less than, or another, or
     * doubled; or null.
     */
    Brand nearlyNamedBy(String word) {
        if (word.length() < Brand.MIN_COINED) {
            return null;
        }
        var near = nearlyNamedBy(word, byBeginning.get(pair(word, 0)));
        return near != null ? near : nearlyNamedBy(word, byEnd.get(pair(word, word.length() - 2)));
    }

    private static Brand nearlyNamedBy(String word, List<Brand> candidates) {
        for (var brand : candidates) {
            if (brand.isMisspelled() && brand.isOneLetterFrom(word) || brand.isDoubledIn(word)) {
                return brand;
            }
        }
        return null;
    }

    /** Whether a host is a brand's own: listed, in the brand's top-level domain, or its name in a country's. */
    boolean own(Host host) {
        var name = host.toString();
        // Not above what was registered: a hosting platform's domain says nothing of its customers
        int last = name.length() - host.registrableDomain().length();
        for (int from = 0; from >= 0 && from <= last; ) {
            if (own.contains(name.substring(from))) {
                return true;
            }
            int dot = name.indexOf('.', from);
            from = dot < 0 ? -1 : dot + 1;
        }
        var top = name.substring(name.lastIndexOf('.') + 1);
        if (!OPEN_TOPS.contains(top)
                && of(Respelling.of(top)).stream()
                        .anyMatch(brand -> brand.label().equals(top))) {
            return true;
        }
        var registered = host.registryDomain();
        return host.registrableDomain().equals(registered)
                && isOwnSuffix(registered.substring(
                        Math.min(registered.length(), firstLabel(registered).length() + 1)))
                && labelsByLook
                        .getOrDefault(Skeleton.of(firstLabel(registered)), Set.of())
                        .contains(firstLabel(registered));
    }

    /** Whether a brand's name below this suffix of a registry is taken for the brand's own. */
    private static boolean isOwnSuffix(String suffix) {
        return COMMON.contains(suffix)
                || suffix.length() - suffix.lastIndexOf('.') - 1 == 2 && !GIVEN_AWAY.contains(suffix)
                || suffix.startsWith("xn--");
    }

    /** Whether the registrable domain of a name looks like a brand's and is spelled otherwise. */
    boolean isImitatedBy(Host host) {
        var registrable = host.registrableDomain();
        var brands = labelsByLook.get(Skeleton.of(firstLabel(registrableInUnicode(host))));
        return brands != null && !brands.contains(firstLabel(registrable));
    }

    /** Whether a brand's domain, or what looks like it, stands before the registrable domain of a name. */
    boolean areNamedBefore(Host host) {
        return isAnyBefore(host, domainLooks);
    }

    /** Whether a further domain of a brand stands before the registrable domain of a name. */
    boolean haveOtherDomainBefore(Host host) {
        return isAnyBefore(host, otherDomainLooks);
    }

    private static boolean isAnyBefore(Host host, Set<String> looks) {
        var unicode = host.unicode();
        var labels = unicode.split("\\.");
        int before = labels.length - Host.labels(host.registryDomain());
        for (int from = 0; from < before; from++) {
            var joined = new StringBuilder();
            // No brand's registrable domain has more than four labels
            for (int to = from; to < Math.min(from + 4, before); to++) {
                joined.append(to == from ? "" : ".").append(Skeleton.of(labels[to]));
                if (to > from && looks.contains(joined.toString())) {
                    return true;
                }
            }
        }
        return false;
    }

    static String registrableInUnicode(Host host) {
        // Mapping to Unicode keeps the number of labels
        int labels = Host.labels(host.registrableDomain());
        var unicode = host.unicode();
        int from = unicode.length();
        for (int i = 0; i < labels && from >= 0; i++) {
            from = unicode.lastIndexOf('.', from - 1);
        }
        return unicode.substring(from + 1);
    }

    static String firstLabel(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 ? domain : domain.substring(0, dot);
    }

    private static List<List<Brand>> buckets() {
        var buckets = new ArrayList<List<Brand>>(ALPHABET * ALPHABET + 1);
        for (int i = 0; i <= ALPHABET * ALPHABET; i++) {
            buckets.add(new ArrayList<>(0));
        }
        return buckets;
    }

    private static int pair(String word, int at) {
        return pair(word.charAt(at), word.charAt(at + 1));
    }

    private static int pair(char first, char second) {
        int one = first - 'a';
        int two = second - 'a';
        return one < 0 || one >= ALPHABET || two < 0 || two >= ALPHABET ? ALPHABET * ALPHABET : one * ALPHABET + two;
    }
}
