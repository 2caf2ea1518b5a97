package org.linkmoderation.functions.scan;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.linkmoderation.functions.scan.HostWords.Word;

/**
 * What is held against a link that uses a protected brand's name and is not the brand's. Resemblance has a price in
 * false alarms: the README has it for each rule.
 */
final class BrandRules {

    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private static final Pattern DIGITS_AT_END = Pattern.compile("[0-9]+$");

    /** What follows a coined brand's name before a hyphen as if it were the brand's suffix. */
    private static final Set<String> SUFFIXES = Set.of("com", "net", "org");

    /** What names of cloud regions begin with, such as {@code us-east-1}. */
    private static final Set<String> REGIONS = Set.of("af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us");

    /** Names with fewer letters are joined with a word in front of them too often by chance. */
    private static final int SHORT = 4;

    /** Names with so many letters end no word by chance. */
    private static final int LONG = 6;

    /** Two letters before a name make the name of a tool for the brand's customers more often. */
    private static final int MIN_BEFORE = 3;

    private final Brands brands;
    private final CanonicalUrl url;
    private final Host host;
    private final Set<Reason> reasons;

    private BrandRules(Brands brands, CanonicalUrl url, Set<Reason> reasons) {
        this.brands = brands;
        this.url = url;
        this.host = url.host();
        this.reasons = reasons;
    }

    /** Adds the reasons that the host of a URL gives. The host is a name. */
    static void check(Brands brands, CanonicalUrl url, Set<Reason> reasons) {
        if (brands.isEmpty()) {
            return;
        }
        var host = url.host();
        var name = host.toString();
        if (!name.contains("xn--") && !brands.mayBeUsedBy(name)) {
            return;
        }
        if (!brands.own(host)) {
            new BrandRules(brands, url, reasons).check();
        }
    }

    private void check() {
        var words = new HostWords(host, this::isLongName);
        if (brands.isImitatedBy(host)) {
            reasons.add(Reason.LOOKALIKE_BRAND);
        }
        if (brands.areNamedBefore(host)) {
            reasons.add(Reason.BRAND_SUBDOMAIN);
        } else {
            if (brands.haveOtherDomainBefore(host)) {
                reasons.add(Reason.BRAND_SUBDOMAIN_OTHER);
            }
            checkDomains(words);
        }
        for (int label = 0; label < words.labels(); label++) {
            if (label < words.registrable()) {
                checkSubdomain(words, label);
            } else if (label == words.registrable()) {
                checkRegistered(words, label);
            }
        }
    }

    private boolean isLongName(String letters) {
        return letters.length() >= Brand.MIN_COINED && !brands.of(letters).isEmpty();
    }

    /** The brands that a word is read as. */
    private List<Brand> brandsOf(Word word) {
        var named = brands.of(word.respelled());
        if (named.isEmpty()) {
            named = brands.of(word.letters());
        }
        return named.isEmpty() ? numbered(word) : named;
    }

    /** The brands that a word is with a number after it, as in paypal2026. */
    private List<Brand> numbered(Word word) {
        var name = DIGITS_AT_END.matcher(word.text()).replaceFirst("");
        return name.length() < word.text().length() && name.length() >= Brand.MIN_COINED
                ? brands.of(Respelling.of(name))
                : List.of();
    }

    /** A brand's name, a dot or something for one, and a suffix. */
    private void checkDomains(HostWords words) {
        var all = words.all();
        for (int i = 0; i + 1 < all.size(); i++) {
            var word = all.get(i);
            for (var brand : brandsOf(word)) {
                int end = endOfSuffix(all, i, brand);
                if (end >= 0 && all.get(end).label() <= words.registrable()) {
                    boolean dotted = all.get(i + 1).separator() == '.'
                            && word.separator() == '.'
                            && (end + 1 == all.size() || all.get(end + 1).separator() == '.');
                    if (!dotted) {
                        reasons.add(Reason.BRAND_DOMAIN_IN_LABEL);
                    }
                }
                checkOtherSuffix(words, i, brand);
            }
        }
    }

    /** The index of the last word of the brand's suffix after its name, in front of what was registered; or -1. */
    private static int endOfSuffix(List<Word> all, int at, Brand brand) {
        var suffix = brand.suffix().split("\\.");
        int end = at + suffix.length;
        boolean own = end < all.size();
        for (int i = 0; own && i < suffix.length; i++) {
            own = all.get(at + 1 + i).respelled().equals(Respelling.of(suffix[i]));
        }
        if (own) {
            return end;
        }
        return brand.coined() && SUFFIXES.contains(all.get(at + 1).text()) ? at + 1 : endOfCountry(all, at, brand);
    }

    /** The index of the last word of a country's suffix after a name, {@code co.uk} or {@code de}; or -1. */
    private static int endOfCountry(List<Word> all, int at, Brand brand) {
        var first = all.get(at + 1);
        if (brand.generic() || first.separator() != '.') {
            return -1;
        }
        if (at + 2 < all.size()
                && all.get(at + 2).separator() == '.'
                && isCountry(all.get(at + 2).text())
                && Host.isRegistrySuffix(first.text() + "." + all.get(at + 2).text())) {
            return at + 2;
        }
        return isCountry(first.text()) && !REGIONS.contains(first.text()) && Host.isRegistrySuffix(first.text())
                ? at + 1
                : -1;
    }

    private static boolean isCountry(String suffix) {
        return suffix.length() == 2;
    }

    private void checkOtherSuffix(HostWords words, int at, Brand brand) {
        var all = words.all();
        var word = all.get(at);
        if (!isWholeLabel(words, at)) {
            return;
        }
        var labels = new StringBuilder();
        for (int i = at + 1; i < all.size() && all.get(i).label() < words.registry() && isWholeLabel(words, i); i++) {
            labels.append(labels.length() == 0 ? "" : ".").append(all.get(i).text());
            boolean country = isCountry(all.get(i).text());
            if ((brand.coined() || country && (!brand.generic() || i > at + 1))
                    && word.label() < words.registry()
                    && brands.of(all.get(i).respelled()).isEmpty()
                    && Host.isRegistrySuffix(labels.toString())) {
                reasons.add(Reason.BRAND_SUBDOMAIN_OTHER);
            }
        }
    }

    private static boolean isWholeLabel(HostWords words, int at) {
        return words.ofLabel(words.all().get(at).label()).size() == 1;
    }

    private void checkRegistered(HostWords words, int label) {
        var parts = words.ofLabel(label);
        var joined = new StringBuilder();
        var letters = new StringBuilder();
        for (var word : parts) {
            joined.append(word.respelled());
            letters.append(word.letters());
        }
        var named = brands.of(joined.toString());
        if (named.isEmpty()) {
            named = brands.of(letters.toString());
        }
        if (!named.isEmpty()) {
            checkName(words, label, named);
            return;
        }
        checkJoined(words, label, parts);
        if (words.hasSign(label)
                && !reasons.contains(Reason.BRAND_WITH_WORDS)
                && parts.stream()
                        .flatMap(word -> brandsOf(word).stream())
                        .anyMatch(brand -> !brand.generic() && brand.letters().length() >= Brand.MIN_COINED)) {
            reasons.add(Reason.BRAND_WITH_SIGN);
        }
        if (parts.size() == 1
                && !reasons.contains(Reason.BRAND_WITH_WORDS)
                && brands.nearlyNamedBy(letters.toString()) != null) {
            reasons.add(Reason.BRAND_TYPO);
        }
    }

    /** A label that is read as a brand's name, and the host is not the brand's own. */
    private void checkName(HostWords words, int label, List<Brand> named) {
        var text = host.unicode().split("\\.")[label];
        boolean coined = named.stream().anyMatch(Brand::coined);
        if (named.stream().anyMatch(brand -> brand.label().equals(text))) {
            // The suffix is a platform's, where anyone can have the name, or one that is not usual
            boolean generic = named.stream().allMatch(Brand::generic);
            if (label < words.registry() && !generic || coined && host.hasRegistrySuffix()) {
                reasons.add(Reason.BRAND_OTHER_SUFFIX);
            }
        } else if (words.hasSign(label)) {
            reasons.add(Reason.BRAND_WITH_SIGN);
        } else if (!reasons.contains(Reason.LOOKALIKE_BRAND)
                && (coined || words.ofLabel(label).size() == 1)) {
            reasons.add(Reason.BRAND_RESPELLED);
        }
    }

    private void checkSubdomain(HostWords words, int label) {
        var parts = words.ofLabel(label);
        for (var word : parts) {
            if (brandsOf(word).stream().anyMatch(brand -> !brand.generic()) && hasLure(words, word)) {
                reasons.add(Reason.BRAND_WITH_LURE);
            }
        }
        if (words.hasSign(label)) {
            for (var word : parts) {
                if (brandsOf(word).stream().anyMatch(Brand::coined)) {
                    reasons.add(Reason.BRAND_WITH_SIGN);
                }
            }
        }
        checkJoined(words, label, parts);
    }

    /** A brand's name with other words in one label, with hyphens or without. */
    private void checkJoined(HostWords words, int label, List<Word> parts) {
        if (parts.size() == 1 && parts.get(0).respelled().length() > 40) {
            return;
        }
        for (int i = 0; i < parts.size(); i++) {
            var word = parts.get(i);
            if (parts.size() > 1
                    && brandsOf(word).isEmpty()
                    && brands.nearlyNamedBy(word.letters()) != null
                    && restIsWords(parts, i, "", true)) {
                reasons.add(Reason.BRAND_TYPO);
            }
            for (var brand : numbered(word)) {
                if (isJoined(words, label, parts, i, brand, "", "")) {
                    reasons.add(Reason.BRAND_WITH_WORDS);
                }
            }
            checkNamesIn(words, label, parts, i, word.letters());
            if (!word.letters().equals(word.respelled())) {
                checkNamesIn(words, label, parts, i, word.respelled());
            }
        }
    }

    private void checkNamesIn(HostWords words, int label, List<Word> parts, int part, String text) {
        for (var name : brands.namesIn(text)) {
            if (name.length() == text.length() && parts.size() == 1) {
                continue;
            }
            for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
                var before = text.substring(0, at);
                var after = text.substring(at + name.length());
                for (var brand : brands.of(name)) {
                    if (isJoined(words, label, parts, part, brand, before, after)) {
                        reasons.add(Reason.BRAND_WITH_WORDS);
                    } else if (label == words.registrable() && isAtEnd(brand, before, after)) {
                        reasons.add(Reason.BRAND_AT_END);
                    }
                }
            }
        }
    }

    /**
     * Whether a long name ends a word. Domains of a brand's own that nobody knows begin with its name, and icloud is
     * the end of each cloud whose name ends with an i.
     */
    private static boolean isAtEnd(Brand brand, String before, String after) {
        return brand.coined()
                && brand.letters().length() >= LONG
                && after.isEmpty()
                && before.length() >= MIN_BEFORE
                && !Words.areIn(brand.respelled().substring(1), false);
    }

    private boolean isJoined(
            HostWords words, int label, List<Word> parts, int at, Brand brand, String before, String after) {
        boolean whole = before.isEmpty() && after.isEmpty();
        if (whole && (brand.coined() || brand.abbreviated()) && label >= words.registrable() && !words.hasSign(label)) {
            return true; // A hyphen beside a name that is no word of its own
        }
        int letters = brand.respelled().length();
        if (!brand.coined()
                && !whole
                && (letters < SHORT && !before.isEmpty()
                        || letters < Brand.MIN_COINED && !isLureAround(before, after))) {
            return false; // Three letters within others
        }
        if (!before.isEmpty() && !Words.areIn(before, false) || !after.isEmpty() && !Words.areIn(after, false)) {
            return false;
        }
        boolean lure = Words.areIn(before, true) || Words.areIn(after, true);
        return brand.coined() || lure && !brand.generic()
                ? restIsWords(parts, at, before + after, false)
                : lure && restIsWords(parts, at, "", false) || restIsWords(parts, at, before + after, true);
    }

    private static boolean isLureAround(String before, String after) {
        return before.isEmpty() ? Words.areIn(after, true) : after.isEmpty() && Words.areIn(before, true);
    }

    /** Whether the other words of a label, and the rest of this one, are all known, with a lure if that is asked. */
    private static boolean restIsWords(List<Word> parts, int at, String rest, boolean withLure) {
        boolean lure = !withLure;
        boolean any = !rest.isEmpty();
        for (int i = 0; i < parts.size(); i++) {
            if (i != at) {
                var text = parts.get(i).respelled();
                if (!Words.areIn(text, false)) {
                    return false;
                }
                any = true;
                lure |= Words.areIn(text, true);
            }
        }
        return any && lure;
    }

    /** Whether host, path or query have a lure beside a word of the host. */
    private boolean hasLure(HostWords words, Word name) {
        for (var word : words.all()) {
            if (word != name && word.label() <= words.registrable() && Words.areIn(word.respelled(), true)) {
                return true;
            }
        }
        var rest = PercentCoding.decode(url.path() + "/" + url.query() + "/" + url.fragment())
                .toLowerCase(Locale.ROOT);
        var before = "";
        for (var word : NO_LETTERS.split(rest)) {
            // Also in two words, as in sign-in, and with a number after it
            if (isLure(word)
                    || isLure(before + word)
                    || isLure(DIGITS_AT_END.matcher(word).replaceFirst(""))) {
                return true;
            }
            before = word;
        }
        return false;
    }

    private static boolean isLure(String word) {
        return word.length() > 2 && word.length() < 25 && Words.areIn(Respelling.of(word), true);
    }
}
