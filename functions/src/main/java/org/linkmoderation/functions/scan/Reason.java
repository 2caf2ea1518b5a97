package org.linkmoderation.functions.scan;

/**
 * Why a link is unsafe. The constants' names are the codes of a verdict; they stay as they are, so that what is stored
 * with a link can still be read later. Their order is the order in a verdict.
 */
public enum Reason {
    /** The URL, or its canonical form, has more than {@value CanonicalUrl#MAX_LENGTH} characters. */
    TOO_LONG,
    /**
     * Not a URL that a browser could open: half a surrogate pair, or no form that stays the same when canonicalised.
     */
    NOT_A_URL,
    /** A control character, line separator or paragraph separator is in it as it is, not percent-encoded. */
    CONTROL_CHARACTER,
    /** Percent-encoded more than {@value CanonicalUrl#MAX_ENCODINGS} times over. */
    ENCODING_TOO_DEEP,
    /** The scheme is missing, or not http or https. */
    SCHEME,
    /** There is no host. */
    HOST_MISSING,
    /** The host is no name and no address: forbidden characters, empty labels, a bad international name or number. */
    HOST_INVALID,
    /** The port is not a number from 0 to 65535. */
    PORT_INVALID,
    /** The host is an IP address, in whatever notation. */
    IP_LITERAL,
    /** A private, loopback, link-local, documentation, multicast or otherwise not public address. */
    PRIVATE_ADDRESS,
    /** The metadata service of a cloud, by address or name. */
    METADATA_ADDRESS,
    /**
     * A name that means something in a local network only: one label, or below {@code localhost}, {@code internal} …
     */
    LOCAL_NAME,
    /** The top-level domain is in no public suffix list: the name resolves in some local network, or nowhere. */
    UNKNOWN_SUFFIX(Kind.STRUCTURE_RULE),
    /** A public name that is known, or says of itself, to lead to the loopback address. */
    LOOPBACK_NAME(Kind.STRUCTURE_RULE),
    /** A public name that says of itself to lead to a private address, or to the metadata service of a cloud. */
    PRIVATE_NAME(Kind.STRUCTURE_RULE),
    /** A name of a service that answers with whatever address the name spells, such as {@code 127.0.0.1.nip.io}. */
    SPELLED_ADDRESS,
    /** A control of the reading direction, as it is or encoded, shows the URL in another order than it has. */
    BIDI_CONTROL(Kind.STRUCTURE_RULE),
    /** A user name or password, or the empty place of one, stands before the host. */
    USER_INFO,
    /** The link would lead back to the shortener. */
    OWN_DOMAIN,
    /** The host has more than {@value LinkScan#MAX_HOST_LABELS} labels. */
    HOST_TOO_DEEP,
    /** The path has more than {@value LinkScan#MAX_PATH_SEGMENTS} segments. */
    PATH_TOO_DEEP,
    /** Another shortener, which hides where the link leads. */
    SHORTENER(Kind.LIST),
    /** The registrable domain looks like a protected brand's, and is not it. */
    LOOKALIKE_BRAND(Kind.LIST),
    /** A protected brand's domain precedes another registrable domain. */
    BRAND_SUBDOMAIN(Kind.LIST),
    /** A protected brand's name with another public suffix precedes another registrable domain. */
    BRAND_SUBDOMAIN_OTHER(Kind.RULE),
    /** A protected brand's domain is written into one label, or across labels with a hyphen or sign for a dot. */
    BRAND_DOMAIN_IN_LABEL(Kind.RULE),
    /** A protected brand's name under a suffix that is not the brand's: a hosting platform's, or a generic one. */
    BRAND_OTHER_SUFFIX(Kind.RULE),
    /** A protected brand's name is joined with words in one label. */
    BRAND_WITH_WORDS(Kind.RULE),
    /** A protected brand's name at the end of what was registered, after letters that are no known words. */
    BRAND_AT_END(Kind.RULE),
    /** A protected brand's name is a subdomain of another domain, and host, path or query have a lure. */
    BRAND_WITH_LURE(Kind.RULE),
    /** A protected brand's name with a sign (emoji, dot, stroke) in the label. */
    BRAND_WITH_SIGN(Kind.RULE),
    /** A protected brand's name spelled with digits, joined letters or hyphens. */
    BRAND_RESPELLED(Kind.RULE),
    /** One letter more, less, other or swapped than a protected brand's name. */
    BRAND_TYPO(Kind.RULE),
    /** A label of the host mixes scripts or number systems, or repeats an accent, which then hides. */
    MIXED_SCRIPT(Kind.LIST),
    /** The host has a character that looks like a slash, colon, dot or other punctuation of URLs, and is none. */
    LOOKALIKE_PUNCTUATION(Kind.LIST),
    /** The registrable domain's label is in one foreign script, and all of it could be read as Latin. */
    WHOLE_SCRIPT(Kind.LIST),
    /** The host, or a domain above it, is in a block list. */
    BLOCKED_HOST(Kind.LIST),
    /** The URL, or a path above it, is in a block list. */
    BLOCKED_URL(Kind.LIST),
    /** The host or URL matches a prefix in a list of hashes. */
    BLOCKED_HASH(Kind.LIST),
    /** Host or path have a phrase of a phrase list as words of their own. */
    PHRASE(Kind.LIST),
    /** Host or path have a phrase with digits or other signs for letters, or separators between them. */
    PHRASE_DISGUISED(Kind.RULE),
    /** Query or fragment have a phrase, disguised or not. */
    PHRASE_IN_QUERY(Kind.RULE),
    /** A URL inside the URL is unsafe; its own reasons are added. */
    INNER_URL(Kind.STRUCTURE_RULE),
    /**
     * URLs inside the URL deeper than {@value InnerUrls#MAX_DEPTH} levels, or more than {@value InnerUrls#MAX_COUNT}.
     */
    INNER_URLS_TOO_MANY(Kind.STRUCTURE_RULE),
    /** Google Web Risk lists the URL. */
    WEB_RISK(Kind.LIST),
    /** The scan itself failed; what was not scanned is not safe. */
    SCAN_FAILED;

    private enum Kind {
        /** Of form: nothing excuses it. */
        STRUCTURE,
        /** Of form: no allow list excuses it, a setting makes a note of it. */
        STRUCTURE_RULE,
        /** Of lists and resemblance: an allow list excuses it. */
        LIST,
        /** Of resemblance, with a price: an allow list excuses it, a setting makes a note of it. */
        RULE
    }

    private final Kind kind;

    Reason() {
        this(Kind.STRUCTURE);
    }

    Reason(Kind kind) {
        this.kind = kind;
    }

    /**
     * Whether an entry of an allow list takes this reason away: so with lists and resemblance, never with structure.
     */
    public boolean isAllowable() {
        return kind == Kind.LIST || kind == Kind.RULE;
    }

    /** Whether the setting {@code LINK_SCAN_NOTE_ONLY} may make a note of this reason. */
    public boolean canBeNote() {
        return kind == Kind.STRUCTURE_RULE || kind == Kind.RULE;
    }

    /**
     * Whether the setting {@code LINK_SCAN_REVIEW} may leave a link with this reason to a person: so with all that some
     * setting or list excuses.
     */
    public boolean canBeReviewed() {
        return isAllowable() || canBeNote();
    }
}
