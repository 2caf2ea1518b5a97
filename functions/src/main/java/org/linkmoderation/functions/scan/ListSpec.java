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
        BLOCK(
                "BLOCK_LISTS",
                "phrases=packaged:phrases.txt domains=packaged:domains.txt",
                EnumSet.allOf(ListFormat.class)),
        ALLOW("ALLOW_LISTS", "", EnumSet.of(ListFormat.DOMAINS, ListFormat.HASHES)),
        BRANDS("BRAND_LISTS", "domains=packaged:brands.txt", EnumSet.of(ListFormat.DOMAINS)),
        BRAND_DOMAINS("BRAND_DOMAIN_LISTS", "domains=packaged:brand-domains.txt", EnumSet.of(ListFormat.DOMAINS)),
        SHORTENERS("SHORTENER_LISTS", "domains=packaged:shorteners.txt", EnumSet.of(ListFormat.DOMAINS)),
        SPELLED_ADDRESSES(
                "SPELLED_ADDRESS_LISTS", "domains=packaged:spelled-addresses.txt", EnumSet.of(ListFormat.DOMAINS)),
        LOOPBACK_NAMES("LOOPBACK_LISTS", "domains=packaged:loopback-names.txt", EnumSet.of(ListFormat.DOMAINS)),
        REDIRECTORS("REDIRECTOR_LISTS", "domains=packaged:redirectors.txt", EnumSet.of(ListFormat.DOMAINS)),
        REFERENCES("REFERENCE_LISTS", "domains=packaged:references.txt", EnumSet.of(ListFormat.DOMAINS));

        private final String setting;
        private final String standard;
        private final Set<ListFormat> accepted;

        Purpose(String setting, String standard, Set<ListFormat> accepted) {
            this.setting = Settings.PREFIX + setting;
            this.standard = standard;
            this.accepted = accepted;
        }

        /** The name of the setting that names its lists. */
        String setting() {
            return setting;
        }

        /** The value of that setting where there is none. */
        String standard() {
            return standard;
        }

        /** Whether its lists are needed by name, not only by hash. */
        boolean keepsNames() {
            return this == BRANDS || this == BRAND_DOMAINS;
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
