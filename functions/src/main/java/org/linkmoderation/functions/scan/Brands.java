package org.linkmoderation.functions.scan;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The registrable domains of protected brands. A brand's label under another suffix ({@code google.de} beside
 * {@code google.com}) is not held against a link; what only looks like the label is.
 */
final class Brands {

    private final Map<String, Set<String>> labelsByLook = new HashMap<>();
    private final Set<String> domainLooks = new HashSet<>();
    private final Set<String> domains = new HashSet<>();

    Brands(Collection<String> domains) {
        for (var domain : domains) {
            var label = firstLabel(domain);
            labelsByLook
                    .computeIfAbsent(Skeleton.of(label), look -> new HashSet<>())
                    .add(label);
            domainLooks.add(Skeleton.of(domain));
            this.domains.add(domain);
        }
    }

    /** Whether the registrable domain of a name looks like a brand's and is spelled otherwise. */
    boolean isImitatedBy(Host host) {
        var registrable = host.registrableDomain();
        var brands = labelsByLook.get(Skeleton.of(firstLabel(registrableInUnicode(host))));
        return brands != null && !brands.contains(firstLabel(registrable));
    }

    /** Whether a brand's domain, or what looks like it, stands before the registrable domain of a name. */
    boolean areNamedBefore(Host host) {
        if (host.subdomain().indexOf('.') == host.subdomain().length() - 1
                || domains.contains(host.registrableDomain())) {
            return false;
        }
        var unicode = host.unicode();
        var subdomain = unicode.substring(
                0, unicode.length() - registrableInUnicode(host).length());
        var labels = subdomain.split("\\.");
        for (int from = 0; from < labels.length; from++) {
            var joined = new StringBuilder();
            // No brand's registrable domain has more than four labels
            for (int to = from; to < Math.min(from + 4, labels.length); to++) {
                joined.append(to == from ? "" : ".").append(Skeleton.of(labels[to]));
                if (to > from && domainLooks.contains(joined.toString())) {
                    return true;
                }
            }
        }
        return false;
    }

    static String registrableInUnicode(Host host) {
        // Mapping to Unicode keeps the number of labels
        var labels = host.registrableDomain().chars().filter(c -> c == '.').count();
        var unicode = host.unicode();
        int from = unicode.length();
        for (long i = 0; i <= labels && from >= 0; i++) {
            from = unicode.lastIndexOf('.', from - 1);
        }
        return unicode.substring(from + 1);
    }

    static String firstLabel(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 ? domain : domain.substring(0, dot);
    }
}
