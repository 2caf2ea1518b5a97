package org.linkmoderation.domains;

/** The sale of custom domains. */
final class Domains {
    static final String NAME = "domains";

    private Domains() {}
}
