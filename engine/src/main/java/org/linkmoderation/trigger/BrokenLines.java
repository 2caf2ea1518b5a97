package org.linkmoderation.trigger;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.linkmoderation.component.PrivateFiles;

/**
 * The lines of a file that can't become requests: they go to a file of their own, to be corrected and dropped again,
 * beside a text with a sentence for each. The files are made with the first line.
 */
final class BrokenLines implements AutoCloseable {
    private final Path file;
    private OutputStream lines;
    private OutputStream reasons;
    private long count;

    /** @param file where the lines go; the sentences go to the file of the same name with {@code .error} added */
    BrokenLines(Path file) {
        this.file = file;
    }

    /** Adds the line that was read last. */
    void add(RequestLines line, String reason) throws IOException {
        if (count++ == 0) {
            PrivateFiles.createDirectories(file.getParent());
            lines = new BufferedOutputStream(PrivateFiles.newOutputStream(file));
            reasons = new BufferedOutputStream(
                    PrivateFiles.newOutputStream(file.resolveSibling(file.getFileName() + ".error")));
        }
        lines.write(line.bytes());
        lines.write('\n');
        reasons.write((reason + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** How many there are. */
    long count() {
        return count;
    }

    @Override
    public void close() throws IOException {
        try {
            if (lines != null) {
                lines.close();
            }
        } finally {
            if (reasons != null) {
                reasons.close();
            }
        }
    }
}
