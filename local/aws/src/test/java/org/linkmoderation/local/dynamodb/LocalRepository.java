package org.linkmoderation.local.dynamodb;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds jars where the build of the launcher has put them. */
final class LocalRepository {

    private LocalRepository() {}

    static Path find(String url) throws IOException {
        var parts = url.substring("mvn:".length()).split("/");
        var jar = Path.of(System.getProperty("localRepository"), parts[0].split("\\."))
                .resolve(Path.of(parts[1], parts[2], parts[1] + "-" + parts[2] + ".jar"));
        if (!Files.exists(jar)) {
            throw new FileNotFoundException("not in the local repository");
        }
        return jar;
    }
}
