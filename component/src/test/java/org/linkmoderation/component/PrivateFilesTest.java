package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir
    private Path folder;

    @Test
    void shouldMakeDirectoriesForOneUserOnly() throws IOException {
        PrivateFiles.createDirectories(folder.resolve("a/b"));

        assertThat(mode(folder.resolve("a"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("a/b"))).isEqualTo("rwx------");
    }

    @Test
    void shouldLeaveADirectoryThatExistsAsItIs() throws IOException {
        Path there = Files.createDirectory(
                folder.resolve("there"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Path link = Files.createSymbolicLink(folder.resolve("link"), there);

        PrivateFiles.createDirectories(there);
        PrivateFiles.createDirectories(link);

        assertThat(mode(there)).isEqualTo("rwxr-x---");
    }

    @Test
    void shouldNotTakeAFileForADirectory() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> PrivateFiles.createDirectories(file)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void shouldMakeAFileForOneUserOnlyInPlaceOfALinkOrAFile() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "untouched");
        Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
        Path open = Files.writeString(folder.resolve("open"), "longer than what comes");

        for (Path file : new Path[] {link, open, folder.resolve("new")}) {
            try (OutputStream out = PrivateFiles.newOutputStream(file)) {
                out.write('x');
            }
            assertThat(file).isRegularFile().hasContent("x");
            assertThat(mode(file)).isEqualTo("rw-------");
            assertThat(Files.isSymbolicLink(file)).isFalse();
        }

        assertThat(secret).hasContent("untouched");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
