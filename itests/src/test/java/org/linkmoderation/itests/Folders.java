package org.linkmoderation.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files and folders of what is under test. */
public final class Folders {

    private Folders() {}

    /** The one folder in a folder, such as the Karaf home in the folder into which an archive of it was unpacked. */
    public static Path onlyChildOf(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            List<Path> all = new ArrayList<>(children.toList());
            if (all.size() != 1) {
                throw new IllegalStateException("One unpacked Karaf was expected in " + folder + ", there is " + all);
            }
            return all.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a folder with all that is in it. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Deletes a folder with all that is in it, if there is one. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Sets a key of a properties file: replaces its value where it stands, or appends it, or creates the file. */
    static void edit(Path file, String key, String value) {
        String before = Files.exists(file) ? read(file) : "";
        // The key at the start of a line, then its value with the continuation lines
        Matcher line = Pattern.compile("(?m)^[ \\t]*" + Pattern.quote(key) + "[ \\t]*[=:](?:[^\\n\\\\]|\\\\(?s:.))*$")
                .matcher(before);
        String setting = key + " = " + value;
        String after = line.find()
                ? before.substring(0, line.start()) + setting + before.substring(line.end())
                : before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + setting + "\n";
        write(file, after);
    }

    /** The text of a file; empty if there is none. */
    static String read(Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates or replaces a file, at once, as editors do: who reads it meanwhile sees the old text or the new one. */
    static void write(Path file, String text) {
        Path written = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            Files.writeString(written, text);
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(written, Files.getPosixFilePermissions(file));
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
