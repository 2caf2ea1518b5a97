package org.linkmoderation.functions.scan;

import java.util.List;
import java.util.Map;

/**
 * What the scan says of one URL.
 *
 * @param reasons why the link is unsafe, without doubles and in the order of {@link Reason}; empty if it is safe
 * @param notes what else there is to say
 * @param canonicalUrl the form that was judged, or null if the URL has none
 * @param listVersion identifies the content of the lists that were used
 * @param listAgeSeconds seconds since the list confirmed longest ago was last known to be current; 0 or more
 */
public record Verdict(
        List<Reason> reasons, List<Note> notes, String canonicalUrl, String listVersion, long listAgeSeconds) {

    /** Copies the lists. */
    public Verdict {
        reasons = List.copyOf(reasons);
        notes = List.copyOf(notes);
    }

    /** Whether nothing speaks against the link. */
    public boolean safe() {
        return reasons.isEmpty();
    }

    /** Writes the verdict's fields into an answer, over fields of the same name. */
    public void writeTo(Map<String, Object> answer) {
        answer.put("safe", safe());
        answer.put("reasons", reasons.stream().map(Enum::name).toList());
        answer.put("notes", notes.stream().map(Enum::name).toList());
        answer.put("canonicalUrl", canonicalUrl);
        answer.put("listVersion", listVersion);
        answer.put("listAgeSeconds", listAgeSeconds);
    }
}
