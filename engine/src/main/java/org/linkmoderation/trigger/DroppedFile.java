package org.linkmoderation.trigger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.linkmoderation.InvalidRequestException;

/**
 * A file that somebody else has put into a folder, who may have less rights than this process: it is read only if it is
 * a regular file with no other name, and is opened without following a link. A sender who may write to the folder can
 * also change the file between a check and the opening, so that neither relies on the other.
 */
final class DroppedFile {
    /**
     * A gigabyte, far more than a batch of requests needs: a file with a hole can be of any size, and is read through.
     */
    static final long MAX_BYTES = 1L << 30;

    private static final Duration OPEN_LIMIT = Duration.ofSeconds(5);

    private DroppedFile() {}

    /**
     * Why an entry of the folder is no file to be read.
     *
     * @return what it is and what was expected; empty for a regular file
     * @throws IOException if it is no longer there, or can't be looked at
     */
    static Optional<String> fault(Path entry) throws IOException {
        BasicFileAttributes found = attributes(entry);
        if (found.isRegularFile()) {
            return Optional.empty();
        }
        return Optional.of((found.isSymbolicLink() ? "it is a symbolic link" : "it is a FIFO, a socket or a device")
                + "; expected a regular file");
    }

    /**
     * Checks that a file which nobody has changed for a while is to be read.
     *
     * @throws InvalidRequestException if it never is
     * @throws IOException if it is no longer there, or can't be looked at
     */
    static void check(Path file) throws InvalidRequestException, IOException {
        Optional<String> fault = fault(file);
        if (fault.isPresent()) {
            throw new InvalidRequestException(fault.get());
        }
        int names = names(file);
        if (names > 1) {
            throw new InvalidRequestException("it has " + names + " names (hard links); expected one");
        }
        long bytes = attributes(file).size();
        if (bytes > MAX_BYTES) {
            throw new InvalidRequestException("it has " + bytes + " bytes; expected at most " + MAX_BYTES);
        }
        if (!Files.isReadable(file)) {
            throw new InvalidRequestException(
                    "the container's user must not read it; expected a file that it may read");
        }
    }

    private static BasicFileAttributes attributes(Path entry) throws IOException {
        return Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static int names(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                : 1;
    }

    /**
     * Opens a file to read it.
     *
     * @return its content; unbuffered
     * @throws IOException if it can't be opened, or is a link or no regular file
     */
    static InputStream open(Path file) throws IOException {
        return Channels.newInputStream(openAtMost(file, OPEN_LIMIT));
    }

    /** Opening a FIFO lasts until somebody writes to it, and can't be interrupted. */
    static SeekableByteChannel openAtMost(Path file, Duration limit) throws IOException {
        FutureTask<SeekableByteChannel> open = new FutureTask<>(
                () -> Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        Thread thread = new Thread(open, "opens a dropped file");
        thread.setDaemon(true);
        thread.start();
        try {
            SeekableByteChannel content = open.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            requireSeekable(content);
            return content;
        } catch (TimeoutException e) {
            throw new IOException(file + " cannot be opened within " + limit.toMillis() + " ms; it may be a FIFO", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + file + " was opened", e);
        }
    }

    /** A position is what a FIFO with a writer doesn't have. */
    private static void requireSeekable(SeekableByteChannel content) throws IOException {
        try {
            content.position(content.position());
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }
}
