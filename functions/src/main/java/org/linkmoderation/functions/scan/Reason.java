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
    /** A name of a service that answers with whatever address the name spells, such as {@code 127.0.0.1.nip.io}. */
    SPELLED_ADDRESS,
    /** A user name or password, or the empty place of one, stands before the host. */
    USER_INFO,
    /** The link would lead back to the shortener. */
    OWN_DOMAIN,
    /** The host has more than {@value LinkScan#MAX_HOST_LABELS} labels. */
    HOST_TOO_DEEP,
    /** The path has more than {@value LinkScan#MAX_PATH_SEGMENTS} segments. */
    PATH_TOO_DEEP,
    /** Another shortener, which hides where the link leads. */
    SHORTENER(true),
    /** The registrable domain looks like a protected brand's, and is not it. */
    LOOKALIKE_BRAND(true),
    /** A protected brand's domain stands in front of another registrable domain. */
    BRAND_SUBDOMAIN(true),
    /** A label of the host mixes scripts or number systems, or repeats an accent, which then hides. */
    MIXED_SCRIPT(true),
    /** The host has a character that looks like a slash, colon, dot or other punctuation of URLs, and is none. */
    LOOKALIKE_PUNCTUATION(true),
    /** The registrable domain's label is in one foreign script, and all of it could be read as Latin. */
    WHOLE_SCRIPT(true),
    /** The host, or a domain above it, is in a block list. */
    BLOCKED_HOST(true),
    /** The URL, or a path above it, is in a block list. */
    BLOCKED_URL(true),
    /** The host or URL matches a prefix in a list of hashes. */
    BLOCKED_HASH(true),
    /** Host or path contain a phrase of a phrase list. */
    PHRASE(true),
    /** Google Web Risk lists the URL. */
    WEB_RISK(true),
    /** The scan itself failed; what was not scanned is not safe. */
    SCAN_FAILED;

    private final boolean allowable;

    Reason() {
        this(false);
    }

    Reason(boolean allowable) {
        this.allowable = allowable;
    }

    /**
     * Whether an entry of an allow list takes this reason away: so with lists and resemblance, never with structure.
     */
    public boolean isAllowable() {
        return allowable;
    }
}
