package org.linkmoderation.functions.scan;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the scan says of one URL.
 *
 * @param reasons why the link is unsafe, without doubles and in the order of {@link Reason}; empty if it is safe
 * @param review whether a person is to decide: each of the reasons is one that a setting leaves to people
 * @param noted reasons that a setting makes notes of, so that they speak against nothing
 * @param notes what else there is to say
 * @param canonicalUrl the form that was judged, or null if the URL has none
 * @param listVersion identifies the content of the lists that were used
 * @param listAgeSeconds seconds since the list confirmed longest ago was last known to be current; 0 or more
 */
public record Verdict(
        List<Reason> reasons,
        boolean review,
        List<Reason> noted,
        List<Note> notes,
        String canonicalUrl,
        String listVersion,
        long listAgeSeconds) {

    /** Copies the lists. */
    public Verdict {
        reasons = List.copyOf(reasons);
        noted = List.copyOf(noted);
        notes = List.copyOf(notes);
    }

    /** Whether nothing speaks against the link. */
    public boolean safe() {
        return reasons.isEmpty();
    }

    /** The codes of all notes: those of reasons that are only noted, then the others. */
    public List<String> noteCodes() {
        return Stream.<Enum<?>>concat(noted.stream(), notes.stream())
                .map(Enum::name)
                .toList();
    }

    /** Writes the verdict's fields into an answer, over fields of the same name. */
    public void writeTo(Map<String, Object> answer) {
        answer.put("safe", safe());
        if (review) {
            answer.put("review", true);
        } else {
            // Nor does a request ask for a review
            answer.remove("review");
        }
        answer.put("reasons", reasons.stream().map(Enum::name).toList());
        answer.put("notes", noteCodes());
        answer.put("canonicalUrl", canonicalUrl);
        answer.put("listVersion", listVersion);
        answer.put("listAgeSeconds", listAgeSeconds);
    }
}
