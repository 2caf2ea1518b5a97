package org.linkmoderation.functions.scan;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One list to load.
 *
 * @param purpose what it is for
 * @param format how it is written
 * @param name how the settings name it, {@code format=address}
 * @param source where it comes from
 * @param timeout how long it may take to fetch and read it
 */
record ListSpec(Purpose purpose, ListFormat format, String name, ListSource source, Duration timeout) {

    /** What a list is for. */
    enum Purpose {
        BLOCK(EnumSet.allOf(ListFormat.class)),
        ALLOW(EnumSet.of(ListFormat.DOMAINS, ListFormat.HASHES)),
        BRANDS(EnumSet.of(ListFormat.DOMAINS)),
        SHORTENERS(EnumSet.of(ListFormat.DOMAINS)),
        SPELLED_ADDRESSES(EnumSet.of(ListFormat.DOMAINS));

        private final Set<ListFormat> accepted;

        Purpose(Set<ListFormat> accepted) {
            this.accepted = accepted;
        }

        boolean accepts(ListFormat format) {
            return accepted.contains(format);
        }

        String formats() {
            return accepted.stream()
                    .map(format -> format.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
        }
    }
}
