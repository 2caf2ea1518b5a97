package org.linkmoderation.trigger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.linkmoderation.component.PrivateFiles;
import org.linkmoderation.component.VisibleText;

/**
 * The folders {@code done} and {@code failed} beside an inbox, where its files go; only this user can look into them.
 */
final class Aside {
    static final String DONE = "done";
    static final String FAILED = "failed";

    /** With the stamp before it and the suffix after it, a name of this length fits a file system's 255 bytes. */
    private static final int MAX_NAME_BYTES = 200;

    /** When the file was last changed: the same if it is tried again. */
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneId.systemDefault());

    private final Path inbox;

    Aside(Path inbox) {
        this.inbox = inbox;
    }

    /** The folder, which may be missing. */
    Path folder(String verdict) {
        return inbox.resolveSibling(verdict);
    }

    /** Makes the folder if it is missing. */
    Path existing(String verdict) throws IOException {
        return PrivateFiles.createDirectories(folder(verdict));
    }

    /** What a file of the inbox is called there. */
    String nameOf(Path file) throws IOException {
        Instant changed =
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        String name = file.getFileName().toString();
        while (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            name = name.substring(0, name.length() - 1);
        }
        return STAMP.format(changed) + "-" + name;
    }

    /**
     * Moves an entry of the inbox that is not to be read, whatever it is, without opening it.
     *
     * @param reason why
     */
    void refuse(Path entry, String reason) throws IOException {
        String name = nameOf(entry);
        explain(entry, name, reason);
        Files.move(entry, existing(FAILED).resolve(name));
    }

    /**
     * Says why a file is in {@code failed}, in a text beside it.
     *
     * @param file the file as it was in the inbox
     * @param name what it is called in {@code failed}
     * @param reason why
     */
    void explain(Path file, String name, String reason) throws IOException {
        try (OutputStream text = PrivateFiles.newOutputStream(existing(FAILED).resolve(name + ".error"))) {
            text.write((VisibleText.of(file.getFileName().toString()) + ": " + reason + "\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }
}
