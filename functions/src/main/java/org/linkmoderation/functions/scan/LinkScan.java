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

    /** Names below these mean something in a local network only (RFC 6761, 6762, 8375 and common practice). */
    private static final Set<String> LOCAL_DOMAINS = Set.of(
            "localhost",
            "localdomain",
            "local",
            "internal",
            "intranet",
            "private",
            "corp",
            "home",
            "lan",
            "arpa",
            "test",
            "invalid");

    private static final Set<String> METADATA_NAMES =
            Set.of("metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal");

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
        return new Verdict(List.copyOf(reasons), notes, judgement.canonicalUrl, current.version(), Math.max(0, age));
    }

    private record Judgement(Set<Reason> reasons, String canonicalUrl) {}

    private Judgement judgeWithoutSecondOpinion(String url, Lists lists, List<Note> notes) {
        var reasons = EnumSet.noneOf(Reason.class);
        try {
            var canonical = CanonicalUrl.of(url);
            check(canonical, lists, reasons, notes);
            return new Judgement(reasons, canonical.toString());
        } catch (Unscannable e) {
            return new Judgement(EnumSet.of(e.reason()), null);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The scan of a link failed; it is called unsafe.", e);
            return new Judgement(EnumSet.of(Reason.SCAN_FAILED), null);
        }
    }

    private void check(CanonicalUrl url, Lists lists, Set<Reason> reasons, List<Note> notes) {
        checkStructure(url, reasons);
        if (reasons.contains(Reason.HOST_TOO_DEEP)) {
            return; // The look-ups below are bounded by the number of labels
        }
        if (url.host().isAddress()) {
            checkAddress(url.host(), reasons);
        } else {
            checkName(url.host(), lists, reasons);
        }
        var expressions = lists.expressions(url);
        checkDomains(expressions, lists, reasons, notes);
        checkLists(url, expressions, lists, reasons);
        boolean allowable = reasons.stream().anyMatch(Reason::isAllowable);
        if ((allowable || secondOpinion != null && reasons.isEmpty()) && lists.allows(expressions)) {
            reasons.removeIf(Reason::isAllowable);
            notes.add(Note.ALLOW_LISTED);
        }
    }

    private void checkStructure(CanonicalUrl url, Set<Reason> reasons) {
        if (url.hasUserInfo()) {
            reasons.add(Reason.USER_INFO);
        }
        if (!url.host().isAddress() && url.host().labels() > MAX_HOST_LABELS) {
            reasons.add(Reason.HOST_TOO_DEEP);
        }
        if (url.path().chars().filter(c -> c == '/').count() > MAX_PATH_SEGMENTS) {
            reasons.add(Reason.PATH_TOO_DEEP);
        }
    }

    private static void checkAddress(Host host, Set<Reason> reasons) {
        reasons.add(Reason.IP_LITERAL);
        switch (host.addressRange()) {
            case PRIVATE -> reasons.add(Reason.PRIVATE_ADDRESS);
            case METADATA -> reasons.add(Reason.METADATA_ADDRESS);
            case PUBLIC -> {}
        }
    }

    private static void checkName(Host host, Lists lists, Set<Reason> reasons) {
        var name = host.toString();
        if (METADATA_NAMES.contains(name)) {
            reasons.add(Reason.METADATA_ADDRESS);
        }
        int dot = name.lastIndexOf('.');
        if (dot < 0 || LOCAL_DOMAINS.contains(name.substring(dot + 1))) {
            reasons.add(Reason.LOCAL_NAME);
        }
        if (lists.brands().isImitatedBy(host)) {
            reasons.add(Reason.LOOKALIKE_BRAND);
        }
        if (lists.brands().areNamedBefore(host)) {
            reasons.add(Reason.BRAND_SUBDOMAIN);
        }
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
        if (lists.spellsAddresses(expressions)) {
            reasons.add(Reason.SPELLED_ADDRESS);
        }
        if (lists.isShortener(expressions)) {
            if (settings.shortenersPass()) {
                notes.add(Note.SHORTENER_PASSED);
            } else {
                reasons.add(Reason.SHORTENER);
            }
        }
    }

    private static void checkLists(CanonicalUrl url, Expressions expressions, Lists lists, Set<Reason> reasons) {
        if (lists.blocksHost(expressions)) {
            reasons.add(Reason.BLOCKED_HOST);
        }
        if (lists.blocksUrl(expressions)) {
            reasons.add(Reason.BLOCKED_URL);
        }
        if (lists.blocksHash(expressions)) {
            reasons.add(Reason.BLOCKED_HASH);
        }
        // Host and path apart, so that no phrase begins in one and ends in the other
        if (lists.hasPhraseIn(Skeleton.of(url.host().unicode()))
                || lists.hasPhraseIn(Skeleton.of(PercentCoding.decode(url.path())))) {
            reasons.add(Reason.PHRASE);
        }
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
