package org.linkmoderation.component;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says that a directory of data cannot be used, in the same words wherever something is kept. */
public final class DataDirectory {

    private DataDirectory() {}

    /**
     * Makes a directory, if it is not there, that only this user can use, and that can be written to.
     *
     * @param pid the PID whose setting {@code data.directory} names it
     * @param directory the directory
     * @throws IOException if it cannot be made or written to; the message says so, and where to set another
     */
    public static void require(String pid, Path directory) throws IOException {
        try {
            PrivateFiles.createDirectories(directory);
        } catch (FileSystemException e) {
            throw unusable(pid, directory, e.getReason() == null ? "it is a file" : e.getReason(), e);
        }
        if (!Files.isWritable(directory)) {
            throw unusable(pid, directory, "it is not writable", null);
        }
    }

    private static IOException unusable(String pid, Path directory, String reason, IOException cause) {
        return new IOException(
                "data.directory = " + directory + " of " + pid + " cannot be used (" + reason
                        + "): expected a directory that can be made and written to",
                cause);
    }
}
