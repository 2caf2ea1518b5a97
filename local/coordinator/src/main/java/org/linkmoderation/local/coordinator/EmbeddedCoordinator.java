package org.linkmoderation.local.coordinator;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.component.PrivateFiles;

/**
 * One run of the coordinator in this JVM. Narayana's state is static, so that each run has classes of its own, from the
 * jar that is packed into this one; they see nothing of the container but the JDK.
 */
public final class EmbeddedCoordinator implements AutoCloseable {

    private static final String JAR = "/lib/coordinator-server.jar";
    private static final String PREFIX = "coordinator-server-";
    private static final String SERVER = "org.linkmoderation.coordinator.server.CoordinatorServer";

    private final Path jar;
    private final URLClassLoader classes;
    private final AutoCloseable server;

    private EmbeddedCoordinator(Path jar, URLClassLoader classes, AutoCloseable server) {
        this.jar = jar;
        this.classes = classes;
        this.server = server;
    }

    /**
     * Starts a coordinator, takes up what an earlier run in its directory has left, and returns when it answers.
     *
     * @param settings where to listen, where to keep the state, who may call and be called
     * @param refused is given a sentence about calls that were refused, no more than one in ten seconds
     * @return the coordinator
     * @throws IOException if the address is taken or the directory cannot be used or is in use; nothing is left behind
     */
    public static EmbeddedCoordinator start(CoordinatorSettings settings, Consumer<String> refused) throws IOException {
        ListenAddress.requireFree(settings.host(), settings.port());
        var jar = unpack(settings.directory());
        var classes = new URLClassLoader(
                "lra-coordinator", new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        try {
            return new EmbeddedCoordinator(
                    jar, classes, inContextOf(classes, () -> server(classes, settings, refused)));
        } catch (Exception e) {
            classes.close();
            Files.deleteIfExists(jar);
            throw e instanceof IOException cause ? cause : new IOException(e.toString(), e);
        }
    }

    /** Beside the state, and not in the temporary folder: what a crash leaves is found there by the next start. */
    private static Path unpack(Path directory) throws IOException {
        PrivateFiles.createDirectories(directory);
        deleteLeftBehind(directory);
        var jar =
                Files.createTempFile(directory, PREFIX + ProcessHandle.current().pid() + "-", ".jar");
        try (var packed = EmbeddedCoordinator.class.getResourceAsStream(JAR)) {
            if (packed == null) {
                throw new FileNotFoundException(JAR + " is missing in this jar");
            }
            Files.copy(packed, jar, StandardCopyOption.REPLACE_EXISTING);
        }
        return jar;
    }

    private static void deleteLeftBehind(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory, PREFIX + "*.jar")) {
            for (var file : files) {
                var pid =
                        file.getFileName().toString().substring(PREFIX.length()).replaceFirst("-.*", "");
                if (pid.matches("[0-9]{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static AutoCloseable server(ClassLoader classes, CoordinatorSettings settings, Consumer<String> refused)
            throws Exception {
        try {
            return (AutoCloseable) Class.forName(SERVER, true, classes)
                    .getConstructor(
                            InetSocketAddress.class,
                            String.class,
                            Path.class,
                            List.class,
                            Duration.class,
                            Consumer.class)
                    .newInstance(
                            settings.address(),
                            settings.secret(),
                            settings.directory(),
                            settings.participants(),
                            settings.recoveryPeriod(),
                            refused);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private interface Step<T> {
        T run() throws Exception;
    }

    private static <T> T inContextOf(ClassLoader classes, Step<T> step) throws Exception {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            return step.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** The classes of this run. */
    ClassLoader classes() {
        return classes;
    }

    /** Stops, and returns when the address and the directory are free and nothing of the run is left. */
    @Override
    public void close() {
        try {
            inContextOf(classes, () -> {
                server.close();
                return null;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            discard();
        }
    }

    private void discard() {
        try {
            classes.close();
            Files.deleteIfExists(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
