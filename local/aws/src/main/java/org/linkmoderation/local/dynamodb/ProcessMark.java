package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notes in a file which process serves a database, so that the next container can end it if it outlived its own. A
 * process id alone may belong to another process by then; with the instant of its start it cannot.
 */
record ProcessMark(Path file) {

    private static final long END_SECONDS = 5;

    void write(ProcessHandle process) throws IOException {
        Files.writeString(file, process.pid() + " " + startOf(process).orElse("unknown"));
    }

    /**
     * Ends the process that the file names, if there still is one.
     *
     * @return the process that was ended, if there was one
     * @throws IOException if it cannot be ended
     */
    Optional<ProcessHandle> endProcess() throws IOException {
        var process = process();
        if (process.isPresent() && !end(process.get())) {
            throw new IOException(
                    "the process " + process.get().pid() + ", left behind by another container, does not end");
        }
        Files.deleteIfExists(file);
        return process;
    }

    private Optional<ProcessHandle> process() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var parts = Files.readString(file).strip().split(" ");
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(process -> startOf(process).filter(parts[1]::equals).isPresent());
    }

    /** Asks the process to end, and kills it if it does not. */
    static boolean end(ProcessHandle process) {
        process.destroy();
        return hasEnded(process) || (process.destroyForcibly() && hasEnded(process));
    }

    private static boolean hasEnded(ProcessHandle process) {
        try {
            process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return !process.isAlive();
        }
        return !process.isAlive();
    }

    private static Optional<String> startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString);
    }
}
