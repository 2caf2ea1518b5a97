package org.linkmoderation.functions.scan;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.functions.InvalidSetting;
import org.linkmoderation.functions.scan.ListSpec.Purpose;

/**
 * Judges links. A link is safe if, and only if, it has a canonical form and no rule speaks against that form; the rules
 * are the methods named {@code check…}, one for each group of {@link Reason}s. Its only state is the lists.
 * Thread-safe.
 */
public final class LinkScan {

    /** The most labels that a host may have. */
    static final int MAX_HOST_LABELS = 12;

    /** The most segments that a path may have. */
    static final int MAX_PATH_SEGMENTS = 40;

    private static final Logger LOG = System.getLogger(LinkScan.class.getName());

    private final ListKeeper lists;
    private final Settings settings;
    private final long[] ownDomains;
    private final SecondOpinion secondOpinion;
    private final Clock clock;

    private LinkScan(Settings settings, SecondOpinion secondOpinion, Clock clock) {
        this.settings = settings;
        this.ownDomains = settings.ownDomains().stream()
                .mapToLong(host -> Expressions.ofHost(Expressions.sha256(), host))
                .toArray();
        this.lists = new ListKeeper(settings.lists(), settings.refresh(), clock);
        this.secondOpinion = secondOpinion;
        this.clock = clock;
    }

    /**
     * Sets a scan up. The lists are loaded with {@link #prepare} or the first link.
     *
     * @param environment the settings as environment variables, see the README of this module
     * @throws InvalidSetting if a setting cannot be used
     */
    public static LinkScan of(Map<String, String> environment) {
        var settings = Settings.of(environment);
        return new LinkScan(settings, SecondOpinion.of(settings.webRisk()), Clock.systemUTC());
    }

    static LinkScan of(Settings settings, SecondOpinion secondOpinion, Clock clock) {
        return new LinkScan(settings, secondOpinion, clock);
    }

    /**
     * Loads the lists, if that is not done, and has every rule work once, so that the first link is not slower.
     *
     * @throws ListsUnavailable if a list cannot be loaded
     */
    public void prepare() {
        lists.current();
        judgeWithoutSecondOpinion("https://www.b\u00fccher.example.org/a%20b?c", lists.current(), new ArrayList<>());
    }

    /**
     * Judges a link.
     *
     * @param url anything; what is not a URL is unsafe
     * @throws ListsUnavailable if a list could not be loaded yet, so that nothing can be called safe
     */
    public Verdict judge(String url) {
        var current = lists.current();
        var notes = new ArrayList<Note>();
        var judgement = judgeWithoutSecondOpinion(url, current, notes);
        var reasons = judgement.reasons;
        if (reasons.isEmpty() && secondOpinion != null && !notes.contains(Note.ALLOW_LISTED)) {
            checkSecondOpinion(judgement.canonicalUrl, reasons, notes);
        }
        var age = Duration.between(current.confirmed(), clock.instant()).toSeconds();
        return new Verdict(
                List.copyOf(reasons),
                !reasons.isEmpty() && settings.review().containsAll(reasons),
                List.copyOf(judgement.noted),
                notes,
                judgement.canonicalUrl,
                current.version(),
                Math.max(0, age));
    }

    private record Judgement(Set<Reason> reasons, Set<Reason> noted, String canonicalUrl) {}

    private Judgement judgeWithoutSecondOpinion(String url, Lists lists, List<Note> notes) {
        var reasons = EnumSet.noneOf(Reason.class);
        try {
            var canonical = CanonicalUrl.of(url);
            checkWithInnerUrls(canonical, lists, 1, new Count(), reasons, notes);
            var noted = EnumSet.copyOf(reasons);
            noted.retainAll(settings.noteOnly());
            reasons.removeAll(noted);
            return new Judgement(reasons, noted, canonical.toString());
        } catch (Unscannable e) {
            return new Judgement(EnumSet.of(e.reason()), Set.of(), null);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The scan of a link failed; it is called unsafe.", e);
            return new Judgement(EnumSet.of(Reason.SCAN_FAILED), Set.of(), null);
        }
    }

    /** How many inner URLs there were so far. */
    private static final class Count {
        private int urls;
    }

    private void checkWithInnerUrls(
            CanonicalUrl url, Lists lists, int depth, Count count, Set<Reason> reasons, List<Note> notes) {
        checkStructure(url, reasons);
        if (reasons.contains(Reason.HOST_TOO_DEEP) || reasons.contains(Reason.PATH_TOO_DEEP)) {
            return; // The look-ups below are bounded by the number of labels and segments
        }
        var expressions = Expressions.of(url);
        check(url, expressions, lists, reasons, notes);
        boolean redirector = lists.has(Purpose.REDIRECTORS, expressions) || Viewer.isGoogle(url.host(), url.path());
        for (var inner : InnerUrls.of(url, redirector)) {
            if (depth > InnerUrls.MAX_DEPTH || ++count.urls > InnerUrls.MAX_COUNT) {
                reasons.add(Reason.INNER_URLS_TOO_MANY);
                return;
            }
            checkInnerUrl(inner, lists, depth, count, reasons);
        }
    }

    private void check(CanonicalUrl url, Expressions expressions, Lists lists, Set<Reason> reasons, List<Note> notes) {
        if (url.host().isAddress()) {
            checkAddress(url.host(), reasons);
        } else {
            checkName(url, lists, reasons);
        }
        checkDomains(expressions, lists, reasons, notes);
        checkLists(expressions, lists, reasons);
        checkPhrases(url, expressions, lists, reasons);
        boolean allowable = reasons.stream().anyMatch(Reason::isAllowable);
        if ((allowable || secondOpinion != null && reasons.isEmpty()) && lists.has(Purpose.ALLOW, expressions)) {
            reasons.removeIf(Reason::isAllowable);
            notes.add(Note.ALLOW_LISTED);
        }
    }

    /**
     * Judges a URL inside a URL as if it were the link. An entry of an allow list for the outer URL excuses nothing of
     * it: an open redirector on a good site is what this is about.
     */
    private void checkInnerUrl(String url, Lists lists, int depth, Count count, Set<Reason> reasons) {
        var inner = EnumSet.noneOf(Reason.class);
        try {
            checkWithInnerUrls(CanonicalUrl.of(url), lists, depth + 1, count, inner, new ArrayList<>());
        } catch (Unscannable e) {
            if (e.reason() != Reason.HOST_MISSING) {
                inner.add(e.reason());
            }
        }
        boolean unsafe = !settings.noteOnly().containsAll(inner);
        if (unsafe && settings.noteOnly().contains(Reason.INNER_URL)) {
            inner.retainAll(settings.noteOnly());
        }
        reasons.addAll(inner);
        if (unsafe) {
            reasons.add(Reason.INNER_URL);
        }
    }

    private static void checkStructure(CanonicalUrl url, Set<Reason> reasons) {
        if (url.hasBidiControl()) {
            reasons.add(Reason.BIDI_CONTROL);
        }
        if (url.hasUserInfo()) {
            reasons.add(Reason.USER_INFO);
        }
        if (!url.host().isAddress() && url.host().labels() > MAX_HOST_LABELS) {
            reasons.add(Reason.HOST_TOO_DEEP);
        }
        if (segments(url.path()) > MAX_PATH_SEGMENTS) {
            reasons.add(Reason.PATH_TOO_DEEP);
        }
    }

    private static int segments(String path) {
        int segments = 0;
        for (int i = 0; i < path.length(); i++) {
            segments += path.charAt(i) == '/' ? 1 : 0;
        }
        return segments;
    }

    private static void checkAddress(Host host, Set<Reason> reasons) {
        reasons.add(Reason.IP_LITERAL);
        switch (host.addressRange()) {
            case PRIVATE -> reasons.add(Reason.PRIVATE_ADDRESS);
            case METADATA -> reasons.add(Reason.METADATA_ADDRESS);
            case PUBLIC -> {}
        }
    }

    private static void checkName(CanonicalUrl url, Lists lists, Set<Reason> reasons) {
        var host = url.host();
        var name = host.toString();
        if (LocalNames.isMetadata(name)) {
            reasons.add(Reason.METADATA_ADDRESS);
        }
        if (LocalNames.isLocal(name)) {
            reasons.add(Reason.LOCAL_NAME);
        } else if (!host.hasRegistrySuffix() && !LocalNames.isForDocumentation(name)) {
            reasons.add(Reason.UNKNOWN_SUFFIX);
        }
        if (LocalNames.spellsLoopback(host)) {
            reasons.add(Reason.LOOPBACK_NAME);
        }
        if (LocalNames.spellsPrivate(host)) {
            reasons.add(Reason.PRIVATE_NAME);
        }
        BrandRules.check(lists.brands(), url, reasons);
        if (name.contains("xn--")) {
            checkScripts(host, reasons);
        }
    }

    private static void checkScripts(Host host, Set<Reason> reasons) {
        for (var label : host.unicode().split("\\.")) {
            if (Skeleton.isMixed(label)) {
                reasons.add(Reason.MIXED_SCRIPT);
            }
            if (Skeleton.hasFalsePunctuation(label)) {
                reasons.add(Reason.LOOKALIKE_PUNCTUATION);
            }
        }
        // Below a top-level domain in another script, a word in that script is at home
        boolean foreignTop = host.toString().startsWith("xn--", host.toString().lastIndexOf('.') + 1);
        if (!foreignTop && Skeleton.isWhollyForeign(Brands.firstLabel(Brands.registrableInUnicode(host)))) {
            reasons.add(Reason.WHOLE_SCRIPT);
        }
    }

    private void checkDomains(Expressions expressions, Lists lists, Set<Reason> reasons, List<Note> notes) {
        for (long own : ownDomains) {
            if (Arrays.stream(expressions.hosts()).anyMatch(host -> host == own)) {
                reasons.add(Reason.OWN_DOMAIN);
            }
        }
        if (lists.hasHost(Purpose.SPELLED_ADDRESSES, expressions)) {
            reasons.add(Reason.SPELLED_ADDRESS);
        }
        if (lists.hasHost(Purpose.LOOPBACK_NAMES, expressions)) {
            reasons.add(Reason.LOOPBACK_NAME);
        }
        if (lists.has(Purpose.SHORTENERS, expressions)) {
            if (settings.shortenersPass()) {
                notes.add(Note.SHORTENER_PASSED);
            } else {
                reasons.add(Reason.SHORTENER);
            }
        }
    }

    private static void checkLists(Expressions expressions, Lists lists, Set<Reason> reasons) {
        if (lists.hasHost(Purpose.BLOCK, expressions)) {
            reasons.add(Reason.BLOCKED_HOST);
        }
        if (lists.hasPath(Purpose.BLOCK, expressions)) {
            reasons.add(Reason.BLOCKED_URL);
        }
        if (lists.hasHash(Purpose.BLOCK, expressions)) {
            reasons.add(Reason.BLOCKED_HASH);
        }
    }

    private static void checkPhrases(CanonicalUrl url, Expressions expressions, Lists lists, Set<Reason> reasons) {
        for (var phrases : lists.phrases()) {
            // Each part alone, so that no phrase begins in one and ends in the other
            var match = phrases.find(url.host().unicode(), any -> true);
            if (match == null) {
                match = phrases.find(PercentCoding.decode(url.path()), found -> !PhraseContext.explains(found));
            }
            if (match != null && (match.disguised() || !isReference(url, expressions, lists))) {
                reasons.add(match.disguised() ? Reason.PHRASE_DISGUISED : Reason.PHRASE);
            }
            match = find(phrases, url.query());
            if (match == null) {
                match = find(phrases, url.fragment());
            }
            if (match != null && (match.disguised() || !isReference(url, expressions, lists))) {
                reasons.add(Reason.PHRASE_IN_QUERY);
            }
        }
    }

    /** Whether a site may name a phrase: one that writes about such things, or a brand, which warns its customers. */
    private static boolean isReference(CanonicalUrl url, Expressions expressions, Lists lists) {
        return lists.has(Purpose.REFERENCES, expressions)
                || !url.host().isAddress() && lists.brands().own(url.host());
    }

    private static Phrases.Match find(Phrases phrases, String part) {
        if (part.isEmpty()) {
            return null;
        }
        var text = part;
        for (int i = 0; i < CanonicalUrl.MAX_ENCODINGS && text.indexOf('%') >= 0; i++) {
            text = PercentCoding.decode(text);
        }
        return phrases.find(text, found -> !PhraseContext.explains(found));
    }

    private void checkSecondOpinion(String canonicalUrl, Set<Reason> reasons, List<Note> notes) {
        switch (secondOpinion.ask(canonicalUrl)) {
            case LISTED -> reasons.add(Reason.WEB_RISK);
            case CLEAR -> notes.add(Note.WEB_RISK_CLEAR);
            case SLOW -> notes.add(Note.WEB_RISK_SLOW);
            case FAILED -> notes.add(Note.WEB_RISK_FAILED);
        }
    }
}
