package org.linkmoderation.functions.scan;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.linkmoderation.functions.scan.ListSpec.Purpose;

/**
 * All lists as they were at one moment. Immutable, so a verdict rests on one version from its first rule to its last.
 */
final class Lists {

    private final Map<Purpose, List<ListContent>> contents = new EnumMap<>(Purpose.class);
    private final Brands brands;
    private final String version;
    private final Instant confirmed;

    /**
     * Puts lists together.
     *
     * @param contents the content of each list, in the order of the settings
     * @param confirmed when the list confirmed longest ago was last known to be current
     */
    Lists(Map<ListSpec, ListContent> contents, Instant confirmed) {
        for (var purpose : Purpose.values()) {
            this.contents.put(purpose, new ArrayList<>());
        }
        MessageDigest digest = Expressions.sha256();
        contents.forEach((spec, content) -> {
            this.contents.get(spec.purpose()).add(content);
            digest.update((byte) spec.purpose().ordinal());
            digest.update((byte) spec.format().ordinal());
            digest.update(content.digest());
        });
        this.brands = new Brands(names(Purpose.BRANDS), names(Purpose.BRAND_DOMAINS));
        this.version = HexFormat.of().formatHex(digest.digest(), 0, 6);
        this.confirmed = confirmed;
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

    /** Whether an entry for a whole host in a list of this purpose is for the URL's host or a domain above it. */
    boolean hasHost(Purpose purpose, Expressions url) {
        for (var content : contents.get(purpose)) {
            if (content.expressions().containsAny(url.hosts())) {
                return true;
            }
        }
        return false;
    }

    /** Whether an entry with a path in a list of this purpose is for the URL, or a path above it. */
    boolean hasPath(Purpose purpose, Expressions url) {
        for (var content : contents.get(purpose)) {
            // Hashes of paths are worked out only for a host that has an entry
            if (content.pathHosts().containsAny(url.hosts())
                    && content.expressions().containsAny(url.paths())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list of hashes of this purpose has the URL, its host, or what is above it. */
    boolean hasHash(Purpose purpose, Expressions url) {
        for (var content : contents.get(purpose)) {
            if (!content.hashes().isEmpty() && content.hashes().containsAny(url.safeBrowsing())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list of this purpose has an entry of any kind for the URL. */
    boolean has(Purpose purpose, Expressions url) {
        return hasHost(purpose, url) || hasPath(purpose, url) || hasHash(purpose, url);
    }

    /** The phrases of all block lists. */
    List<Phrases> phrases() {
        return contents.get(Purpose.BLOCK).stream().map(ListContent::phrases).toList();
    }

    private List<String> names(Purpose purpose) {
        return contents.get(purpose).stream()
                .flatMap(content -> content.names().stream())
                .toList();
    }
}
