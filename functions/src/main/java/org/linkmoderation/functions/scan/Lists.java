package org.linkmoderation.functions.scan;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All lists as they were at one moment. Immutable, so a verdict rests on one version from its first rule to its last.
 */
final class Lists {

    private final List<ListContent> block = new ArrayList<>();
    private final List<ListContent> allow = new ArrayList<>();
    private final List<ListContent> shorteners = new ArrayList<>();
    private final List<ListContent> spelledAddresses = new ArrayList<>();
    private final Brands brands;
    private final String version;
    private final Instant confirmed;
    private final boolean hasPaths;

    /**
     * Puts lists together.
     *
     * @param contents the content of each list, in the order of the settings
     * @param confirmed when the list confirmed longest ago was last known to be current
     */
    Lists(Map<ListSpec, ListContent> contents, Instant confirmed) {
        var names = new ArrayList<String>();
        MessageDigest digest = Expressions.sha256();
        contents.forEach((spec, content) -> {
            switch (spec.purpose()) {
                case BLOCK -> block.add(content);
                case ALLOW -> allow.add(content);
                case SHORTENERS -> shorteners.add(content);
                case SPELLED_ADDRESSES -> spelledAddresses.add(content);
                case BRANDS -> names.addAll(content.names());
            }
            digest.update((byte) spec.purpose().ordinal());
            digest.update((byte) spec.format().ordinal());
            digest.update(content.digest());
        });
        this.brands = new Brands(names);
        this.version = HexFormat.of().formatHex(digest.digest(), 0, 6);
        this.confirmed = confirmed;
        this.hasPaths =
                Stream.of(block, allow, shorteners).flatMap(List::stream).anyMatch(ListContent::hasPaths);
    }

    /** Twelve hexadecimal digits that change with the content, the order or the purpose of any list. */
    String version() {
        return version;
    }

    Instant confirmed() {
        return confirmed;
    }

    Brands brands() {
        return brands;
    }

    /** The expressions to look a URL up by. */
    Expressions expressions(CanonicalUrl url) {
        return Expressions.of(url, hasPaths);
    }

    boolean blocksHost(Expressions url) {
        return anyHas(block, url.hosts());
    }

    boolean blocksUrl(Expressions url) {
        return anyHas(block, url.paths());
    }

    boolean blocksHash(Expressions url) {
        return anyHashes(block, url);
    }

    boolean allows(Expressions url) {
        return anyHas(allow, url.hosts()) || anyHas(allow, url.paths()) || anyHashes(allow, url);
    }

    boolean isShortener(Expressions url) {
        return anyHas(shorteners, url.hosts()) || anyHas(shorteners, url.paths());
    }

    boolean spellsAddresses(Expressions url) {
        return anyHas(spelledAddresses, url.hosts());
    }

    boolean hasPhraseIn(String skeleton) {
        for (var content : block) {
            if (content.phrases().anyIn(skeleton)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyHas(List<ListContent> lists, long[] hashes) {
        for (var content : lists) {
            if (content.expressions().containsAny(hashes)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyHashes(List<ListContent> lists, Expressions url) {
        for (var content : lists) {
            if (content.hashes().containsAny(url.hosts()) || content.hashes().containsAny(url.paths())) {
                return true;
            }
        }
        return false;
    }
}
