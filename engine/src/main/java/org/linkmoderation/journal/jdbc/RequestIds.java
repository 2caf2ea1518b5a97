package org.linkmoderation.journal.jdbc;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ids of requests as one text, each as JSON on a line of its own, so that one can be appended. */
final class RequestIds {
    /** How many requests of deleted executions of one name are remembered at most. */
    private static final int MAX_DELETED = 100;

    private RequestIds() {}

    static String write(List<String> requestIds) {
        return requestIds.stream().map(RequestIds::line).collect(Collectors.joining());
    }

    static String line(String requestId) {
        return HistoryJson.string(requestId) + "\n";
    }

    static List<String> read(String text) {
        return text.lines().map(HistoryJson::readString).toList();
    }

    /** The latest of those that were deleted before, and of those that are deleted now. */
    static List<String> deleted(List<String> before, List<String> now) {
        List<String> all =
                Stream.concat(before.stream(), now.stream()).distinct().toList();
        return all.subList(Math.max(0, all.size() - MAX_DELETED), all.size());
    }
}
