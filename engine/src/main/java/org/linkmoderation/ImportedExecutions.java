package org.linkmoderation;

import java.util.List;
import java.util.stream.Stream;

/**
 * What an import has done with the executions of another journal.
 *
 * @param copied how many were copied
 * @param present how many were there already
 * @param deleted how many were not copied since they were deleted here
 * @param conflicts how many were not copied since the journal has another execution of the name, or an older state of
 *     it, or refuses the record
 * @param reasons a sentence about each conflict, with the name of the execution; of the first {@value #MAX_REASONS}
 */
public record ImportedExecutions(long copied, long present, long deleted, long conflicts, List<String> reasons) {
    /** How many reasons are kept; the log has all. */
    public static final int MAX_REASONS = 100;

    public ImportedExecutions {
        reasons = List.copyOf(reasons);
    }

    /** These and others. */
    public ImportedExecutions and(ImportedExecutions others) {
        return new ImportedExecutions(
                copied + others.copied,
                present + others.present,
                deleted + others.deleted,
                conflicts + others.conflicts,
                Stream.concat(reasons.stream(), others.reasons.stream())
                        .limit(MAX_REASONS)
                        .toList());
    }

    /** In one line, without the reasons: {@code 12 copied, 3 there already, 0 deleted here, 1 in conflict}. */
    @Override
    public String toString() {
        return copied + " copied, " + present + " there already, " + deleted + " deleted here, " + conflicts
                + " in conflict";
    }
}
