package org.linkmoderation.coordinator.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a second coordinator away from a directory: two would both end every action. The operating system releases it
 * when the process is killed.
 */
final class StoreLock implements AutoCloseable {

    private static final String NAME = "coordinator.lock";

    private final FileChannel file;
    private final FileLock lock;

    /**
     * Takes the directory.
     *
     * @param directory the directory; created if there is none
     * @throws IOException if it cannot be written to or another coordinator uses it
     */
    StoreLock(Path directory) throws IOException {
        Files.createDirectories(directory);
        var path = directory.resolve(NAME);
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock taken;
        try {
            taken = file.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        } catch (IOException e) {
            file.close();
            throw e;
        }
        if (taken == null) {
            file.close();
            throw new IOException("the directory " + directory + " is used by another coordinator");
        }
        lock = taken;
        awaitNextSecond(path);
    }

    /** Narayana's identifiers are unique for a process and the second of its start: two starts need two seconds. */
    private static void awaitNextSecond(Path path) throws IOException {
        long last = Files.getLastModifiedTime(path).toInstant().getEpochSecond();
        while (Instant.now().getEpochSecond() == last) {
            LockSupport.parkNanos(50_000_000);
        }
        Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
    }

    @Override
    public void close() {
        try {
            lock.release();
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
