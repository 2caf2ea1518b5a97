package org.linkmoderation.component;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes files and directories that only the container's own user can use, whatever the umask: files of mode 600,
 * directories of mode 700. On a file system without POSIX permissions they have those of their directory.
 */
public final class PrivateFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    /**
     * Makes a directory with the parents that it lacks. One that exists keeps its permissions, and may be a link to a
     * directory.
     *
     * @param directory the directory
     * @return the directory
     * @throws IOException if it cannot be made
     */
    public static Path createDirectories(Path directory) throws IOException {
        return Files.isDirectory(directory) ? directory : Files.createDirectories(directory, attributes("rwx------"));
    }

    /**
     * Makes an empty file and opens it. A file or link of that name is replaced; what the link leads to is untouched.
     *
     * @param file the file
     * @return writes to it; unbuffered
     * @throws IOException if it cannot be made
     */
    public static OutputStream newOutputStream(Path file) throws IOException {
        Files.deleteIfExists(file);
        // CREATE_NEW never follows a link that somebody makes in between
        return Channels.newOutputStream(Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes("rw-------")));
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
