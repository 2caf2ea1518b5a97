package org.linkmoderation.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Collectors;

/** What the kernel says of the machine, so that a test that timed out says what kept the machine busy. */
final class LinuxMachine {

    private static final int BUSIEST = 4;

    private LinuxMachine() {}

    /** The load averages, and the processes that have used most processor time. */
    static String load() {
        return "load of the machine " + averages() + ", most processor time: "
                + ProcessHandle.allProcesses()
                        .sorted(Comparator.comparing(LinuxMachine::processorTime)
                                .reversed())
                        .limit(BUSIEST)
                        .map(process -> processorTime(process).toSeconds() + " s " + name(process))
                        .collect(Collectors.joining(", "));
    }

    private static String averages() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static Duration processorTime(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Its program, and its folder: that of a container is its own. */
    private static String name(ProcessHandle process) {
        String program = process.info()
                .command()
                .map(Path::of)
                .map(Path::getFileName)
                .map(Path::toString)
                .orElse("?");
        try {
            return program + " in " + Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
        } catch (IOException endedMeanwhile) {
            return program;
        }
    }
}
