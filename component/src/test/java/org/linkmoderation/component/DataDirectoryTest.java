package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void shouldMakeADirectoryThatIsNotThere() throws IOException {
        var directory = folder.resolve("a/b");

        DataDirectory.require("the.pid", directory);
        DataDirectory.require("the.pid", directory);

        assertThat(directory).isDirectory();
    }

    @Test
    void shouldNameADirectoryThatCanNotBeMade() throws IOException {
        var file = Files.createFile(folder.resolve("file"));

        for (var directory : new Path[] {file, file.resolve("below")}) {
            assertThatThrownBy(() -> DataDirectory.require("the.pid", directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("data\\.directory = " + directory
                            + " of the\\.pid cannot be used \\(.+\\): expected a directory that can be made and"
                            + " written to");
        }
    }
}
