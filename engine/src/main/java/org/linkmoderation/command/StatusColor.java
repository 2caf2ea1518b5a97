package org.linkmoderation.command;

import java.util.Map;
import java.util.function.Function;
import org.apache.felix.service.command.Process;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.ansi.SimpleAnsi;
import org.linkmoderation.ExecutionStatus;

/** The colour of a status, where a person sees it: on a terminal that has colours, and not in a pipe. */
final class StatusColor {
    private static final int STANDARD_OUTPUT = 1;
    private static final Map<ExecutionStatus, String> COLORS = Map.of(
            ExecutionStatus.RUNNING, SimpleAnsi.COLOR_CYAN,
            ExecutionStatus.IN_DOUBT, SimpleAnsi.COLOR_MAGENTA,
            ExecutionStatus.SUCCEEDED, SimpleAnsi.COLOR_GREEN,
            ExecutionStatus.FAILED, SimpleAnsi.COLOR_RED,
            ExecutionStatus.TIMED_OUT, SimpleAnsi.COLOR_RED,
            ExecutionStatus.ABORTED, SimpleAnsi.COLOR_YELLOW);

    private StatusColor() {}

    /** What a column of statuses is coloured by. */
    static Function<String, String> column(Session session) {
        return content -> has(session) ? color(content.strip()) : null;
    }

    /** A status as it is printed. */
    static String of(ExecutionStatus status, Session session) {
        return has(session) ? COLORS.get(status) + status + SimpleAnsi.COLOR_DEFAULT : status.name();
    }

    private static String color(String status) {
        return COLORS.entrySet().stream()
                .filter(color -> color.getKey().name().equals(status))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static boolean has(Session session) {
        Process process = Process.Utils.current();
        return session.getTerminal() != null
                && session.getTerminal().isAnsiSupported()
                && process != null
                && process.isTty(STANDARD_OUTPUT);
    }
}
