package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.linkmoderation.local.dynamodb.launcher.DynamoDbLauncher;

/**
 * What the process of DynamoDB Local runs: the launcher, and the jars that the launcher's build listed. The jars are
 * not ours to pass on; each is looked up by its coordinates on the machine that runs them.
 */
final class ClassPath {

    private static final String LIST = "class-path.txt";
    private static final String LAUNCHER =
            DynamoDbLauncher.class.getName().replace('.', '/').concat(".class");

    private final ArtifactLookup lookup;

    /** Finds a jar by its coordinates. */
    @FunctionalInterface
    interface ArtifactLookup {

        /**
         * @param url the coordinates as {@code mvn:group/artifact/version}
         * @return the jar in the local Maven repository, fetched if it was not there
         * @throws IOException if it is not there and cannot be fetched
         */
        Path find(String url) throws IOException;
    }

    ClassPath(ArtifactLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * Finds every jar and writes the launcher.
     *
     * @param directory where the launcher's class is written
     * @return the class path of the process
     * @throws IOException if a jar cannot be fetched or the launcher cannot be written
     */
    List<Path> assemble(Path directory) throws IOException {
        var classPath = new ArrayList<Path>();
        classPath.add(writeLauncher(directory));
        for (var url : urls()) {
            try {
                classPath.add(lookup.find(url));
            } catch (IOException e) {
                throw new IOException(
                        "its part " + url + " cannot be fetched (" + firstLine(e)
                                + "): check the network and etc/org.ops4j.pax.url.mvn.cfg",
                        e);
            }
        }
        return classPath;
    }

    private static Path writeLauncher(Path directory) throws IOException {
        var file = directory.resolve(LAUNCHER);
        Files.createDirectories(file.getParent());
        try (var in = ClassPath.class.getClassLoader().getResourceAsStream(LAUNCHER)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return directory;
    }

    /** The list holds paths inside a Maven repository, {@code repository/group/with/slashes/artifact/version/file}. */
    static List<String> urls() throws IOException {
        var urls = new ArrayList<String>();
        try (var in = DynamoDbLauncher.class.getResourceAsStream(LIST)) {
            for (var path : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split(";")) {
                var parts = List.of(path.split("/"));
                int version = parts.size() - 2;
                var group = String.join(".", parts.subList(1, version - 1));
                urls.add("mvn:" + group + "/" + parts.get(version - 1) + "/" + parts.get(version));
            }
        }
        return urls;
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
