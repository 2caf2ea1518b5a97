package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.linkmoderation.itests.KarafNode;

/** A folder of the tests with libraries of Node, installed once by npm. */
final class NodeModules {
    private final Path folder;
    private final List<String> packages;

    /**
     * @param name the name of the folder, in {@code target}
     * @param packages the packages with their versions, such as {@code standardwebhooks@1.1.1}
     */
    NodeModules(String name, String... packages) throws IOException {
        folder = Files.createDirectories(KarafNode.MODULE.resolve("target").resolve(name));
        this.packages = List.of(packages);
    }

    /** The folder, for scripts that use the libraries. */
    Path folder() {
        return folder;
    }

    /**
     * Installs what is missing.
     *
     * @return false if there is no node with npm, or npm can't install it; it is printed as a warning
     */
    boolean install() throws Exception {
        if (!areInstalled()) {
            List<String> command =
                    new ArrayList<>(List.of("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", "."));
            command.addAll(packages);
            try {
                run(Map.of(), command.toArray(String[]::new));
            } catch (IOException e) {
                System.out.println("[WARNING] npm can't be run: " + e.getMessage());
            }
        }
        if (!areInstalled()) {
            System.out.println("[WARNING] What needs Node was not tested: there is no node with npm, or " + packages
                    + " can't be installed");
            return false;
        }
        return true;
    }

    private boolean areInstalled() {
        return packages.stream()
                .map(name -> name.substring(0, name.lastIndexOf('@')))
                .allMatch(name -> Files.exists(folder.resolve("node_modules").resolve(name)));
    }

    /** What a command prints that is run in the folder, two minutes at most. */
    String run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(output).isTrue();
        return output;
    }
}
