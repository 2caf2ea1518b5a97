package org.linkmoderation.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kernel says of a process. */
public final class LinuxProcess {

    /** A state of {@code /proc/net/tcp}. */
    private static final String LISTENING = "0A";

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    /** What a tick of {@code /proc/<pid>/stat} is, on every Linux that Java runs on. */
    private static final double MILLIS_PER_TICK = 10;

    private final ProcessHandle process;
    private final Path proc;

    LinuxProcess(long pid) {
        this(ProcessHandle.of(pid).orElseThrow());
    }

    public LinuxProcess(ProcessHandle process) {
        this.process = process;
        proc = Path.of("/proc", Long.toString(process.pid()));
    }

    /** The processor time in milliseconds of the process and of all that it has started, those that ended included. */
    public double cpuMillis() {
        return cpuTicks() * MILLIS_PER_TICK
                + process.children()
                        .mapToDouble(child -> new LinuxProcess(child).cpuMillis())
                        .sum();
    }

    /** Its own, and those of its children that have ended. */
    private long cpuTicks() {
        try {
            String stat = Files.readString(proc.resolve("stat"));
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Arrays.stream(afterName, 11, 15).mapToLong(Long::parseLong).sum();
        } catch (IOException endedMeanwhile) {
            return 0;
        }
    }

    /** Resident memory in bytes. */
    long residentBytes() {
        try (Stream<String> status = Files.lines(proc.resolve("status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ports that it listens on. */
    Set<Integer> listeningPorts() {
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            Set<String> inodes = descriptors
                    .map(LinuxProcess::socketInode)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
            Set<Integer> ports = new TreeSet<>();
            for (String table : List.of("net/tcp", "net/tcp6")) {
                for (String line : Files.readAllLines(proc.resolve(table))) {
                    String[] columns = line.strip().split("\\s+");
                    if (columns[3].equals(LISTENING) && inodes.contains(columns[9])) {
                        ports.add(Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16));
                    }
                }
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> socketInode(Path descriptor) {
        try {
            Matcher socket = SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
            return socket.matches() ? Optional.of(socket.group(1)) : Optional.empty();
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }
}
