package org.linkmoderation.itests;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One Karaf container in a process of its own, driven from outside as an operator does: by the files in its
 * {@code etc}, by SSH, JMX and signals. The home directory is shared and stays as it was unpacked; each node has its
 * own base directory with {@code etc}, {@code data}, {@code deploy} and {@code instances}, its own ports and its own
 * random password.
 *
 * <p>Nothing survives the test JVM: {@link #close()} ends the container and every process that it started, and a
 * shutdown hook does so for nodes that were not closed.
 *
 * <p>Safe for use by several threads once started, but for {@code start}, {@code stop}, {@code kill} and {@code close}.
 */
public final class KarafNode implements AutoCloseable {

    /** The folder of the Maven module: failsafe sets it. */
    public static final Path MODULE =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath();

    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final String USER = "operator";

    /** A name of a node that Camel has made up, such as {@code process5}: it says nothing to who looks at a diagram. */
    public static final Pattern GENERATED_NAME = Pattern.compile("[A-Za-z]+\\d+");

    private static final Set<KarafNode> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(KarafNode::killAll), "karaf-nodes"));
    }

    private final String name;
    private final Path home;
    private final Path base;
    private final String readinessCommand;
    private final String password = UUID.randomUUID().toString();
    private final int apiPort = Ports.free();
    private final KarafShell shell = new KarafShell();
    private final KarafJmx jmx = new KarafJmx(USER, password);
    private final Set<ProcessHandle> children = new LinkedHashSet<>();
    private final Map<String, String> variables = new TreeMap<>();
    private String umask = "";
    private Process process;

    /**
     * Prepares a node in {@code target/nodes/<name>}, whose earlier content is deleted; start it with {@link #start()}.
     * Two things that took most of the processor time of a command over SSH are changed: the shell's scripts for
     * completion, which Karaf parses for each session, are left out, and the host key is one of an elliptic curve.
     *
     * @param name name of the node's folder
     * @param distribution folder in which one Karaf home was unpacked, such as {@code target/stock}
     * @param readinessCommand shell command that succeeds only when the node is ready
     */
    public KarafNode(String name, Path distribution, String readinessCommand) {
        this.name = name;
        this.home = Folders.onlyChildOf(distribution);
        this.base = MODULE.resolve("target/nodes").resolve(name);
        this.readinessCommand = readinessCommand;
        try {
            Folders.delete(base);
            Folders.copy(home.resolve("etc"), base.resolve("etc"));
            Folders.delete(base.resolve("etc/scripts"));
            Files.createDirectories(base.resolve("data/tmp"));
            Files.createDirectories(base.resolve("data/log"));
            Files.createDirectories(base.resolve("deploy"));
            Files.createDirectories(base.resolve("instances"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        setting("org.apache.karaf.shell", "sshHost", "127.0.0.1");
        setting("org.apache.karaf.shell", "sshPort", shell.port());
        setting("org.apache.karaf.shell", "algorithm", "EC");
        setting("org.apache.karaf.shell", "keySize", 256);
        setting("org.apache.karaf.management", "rmiRegistryPort", jmx.registryPort());
        setting("org.apache.karaf.management", "rmiServerPort", jmx.serverPort());
        if (Files.exists(base.resolve("etc/org.linkmoderation.monitoring.cfg"))) {
            setting("org.linkmoderation.monitoring", "port", apiPort);
        }
        Folders.write(
                base.resolve("etc/users.properties"),
                USER + " = " + password + ",_g_:admingroup\n"
                        + "_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh\n");
    }

    public String name() {
        return name;
    }

    /** The node's own directory, with {@code etc}, {@code data} and {@code deploy}. */
    public Path base() {
        return base;
    }

    /**
     * Writes a setting to {@code etc/<pid>.cfg}: replaces the key's value where it stands, or appends the key, or
     * creates the file. A running container reads it within its polling interval (a second).
     */
    public KarafNode setting(String pid, String key, Object value) {
        Folders.edit(base.resolve("etc").resolve(pid + ".cfg"), key, value.toString());
        return this;
    }

    /** The value of a setting in {@code etc/<pid>.cfg}; empty if it has none. */
    public String setting(String pid, String key) {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(base.resolve("etc").resolve(pid + ".cfg"))) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(key, "");
    }

    /** Writes a property to {@code etc/<file>}, such as {@code system.properties}. */
    public KarafNode property(String file, String key, String value) {
        Folders.edit(base.resolve("etc").resolve(file), key, value);
        return this;
    }

    /** Puts a variable into the environment that the container starts in. */
    public KarafNode environment(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /** Has the container start with a umask such as {@code 000}, as a service manager may. */
    public KarafNode umask(String mask) {
        umask = "umask " + mask + "; ";
        return this;
    }

    /** Leaves a feature out of those that the container starts with. */
    public KarafNode withoutBootFeature(String feature) {
        Path features = base.resolve("etc/org.apache.karaf.features.cfg");
        Folders.write(
                features,
                Folders.read(features)
                        .lines()
                        .filter(line -> !line.strip().startsWith(feature + "/"))
                        .collect(Collectors.joining("\n", "", "\n")));
        return this;
    }

    /** Adds a feature to those that the container starts with. */
    public KarafNode withBootFeature(String feature) {
        Path features = base.resolve("etc/org.apache.karaf.features.cfg");
        Folders.write(
                features,
                Folders.read(features).replaceFirst("(?m)^featuresBoot = \\\\$", "$0\n    " + feature + ", \\\\"));
        return this;
    }

    /**
     * Starts the process and waits until it is ready.
     *
     * @throws AssertionError if it is not ready in time; its process is ended then
     */
    public KarafNode start() {
        launch();
        try {
            return awaitReady();
        } catch (AssertionError e) {
            killAll();
            throw e;
        }
    }

    /** Starts the process without waiting for it. */
    public KarafNode launch() {
        if (isRunning()) {
            throw new IllegalStateException(name + " is running");
        }
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                umask + "exec \"$0\" daemon",
                home.resolve("bin/karaf").toString());
        builder.directory(base.toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(console().toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(key -> key.startsWith("KARAF_") || key.endsWith("JAVA_OPTS"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("KARAF_BASE", base.toString());
        environment.put("KARAF_DATA", base.resolve("data").toString());
        environment.put("KARAF_ETC", base.resolve("etc").toString());
        environment.put("KARAF_LOG", base.resolve("data/log").toString());
        environment.put("CHECK_ROOT_INSTANCE_RUNNING", "false");
        environment.put("KARAF_SYSTEM_OPTS", "-Dkaraf.instances=" + base.resolve("instances"));
        environment.put("EXTRA_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms64m -Xmx512m");
        environment.putAll(variables);
        OPEN.add(this);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Waits until the framework's start level is 100 and the readiness command succeeds. */
    public KarafNode awaitReady() {
        return awaitReady(readinessCommand);
    }

    /** Waits until the framework's start level is 100 and this command succeeds. */
    public KarafNode awaitReady(String command) {
        await(
                "the container's start level and “" + command + "”",
                START_TIMEOUT,
                () -> jmx.startLevel() >= 100 && shell(command).succeeded());
        return this;
    }

    /**
     * Waits for a condition of this node; one that throws, be it a failed assertion, counts as not yet met.
     *
     * @throws AssertionError with the end of log and console if it is not met in time or the container has ended
     */
    public void await(String what, Duration timeout, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(timeout)
                    .pollInterval(POLL_INTERVAL)
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptionsMatching(thrown -> thrown instanceof Exception || thrown instanceof AssertionError)
                    .until(() -> !isRunning() || condition.call());
        } catch (ConditionTimeoutException e) {
            String sentence = "Timed out after " + timeout.toSeconds() + " s waiting for " + what;
            AssertionError timedOut = failure(sentence, e);
            timedOut.addSuppressed(new IllegalStateException(nativeThreadDump()));
            throw timedOut;
        }
        if (!isRunning()) {
            throw failure("The container ended while it was waited for " + what, null);
        }
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Ends the container in the orderly way and waits until the process is gone. */
    public void stop() {
        rememberChildren();
        disconnect();
        process.destroy();
        awaitExit();
    }

    /** Kills the container's JVM as {@code kill -9} does; what it started lives on until {@link #close()}. */
    public void kill() {
        rememberChildren();
        process.destroyForcibly();
        awaitExit();
        disconnect();
    }

    /** {@link #stop()} and {@link #start()}. */
    public KarafNode restart() {
        stop();
        return start();
    }

    /** Processes that the container started and that are alive, those of earlier starts included. */
    public List<ProcessHandle> children() {
        rememberChildren();
        return children.stream().filter(ProcessHandle::isAlive).toList();
    }

    @Override
    public void close() {
        if (isRunning()) {
            stop();
        }
        killAll();
        OPEN.remove(this);
    }

    /**
     * Runs a command in the container's shell.
     *
     * @throws IllegalStateException if there is no shell to be had, or no end of the command within two minutes
     */
    public ShellResult shell(String command) {
        return shell(USER, password, command);
    }

    /**
     * Runs a command in the container's shell as a user.
     *
     * @throws IllegalStateException if there is no shell to be had, or no end of the command within two minutes
     */
    public ShellResult shell(String user, String secret, String command) {
        return shell.run(user, secret, command);
    }

    /**
     * Runs a command in the container's shell that must succeed.
     *
     * @throws AssertionError with output and log if it does not
     */
    public ShellResult shellOk(String command) {
        ShellResult result = shell(command);
        if (!result.succeeded()) {
            throw failure(result.toString(), null);
        }
        return result;
    }

    /** Logs in at a terminal. */
    public KarafTerminal terminal() {
        return terminal(USER, password);
    }

    /** Logs a user in at a terminal. */
    public KarafTerminal terminal(String user, String secret) {
        return shell.terminal(user, secret);
    }

    /**
     * Adds a user with these roles; the container reads the file within a second.
     *
     * @return the user's password
     */
    public String user(String user, String roles) {
        String secret = UUID.randomUUID().toString();
        property("users.properties", user, secret + "," + roles);
        return secret;
    }

    /** Where the container's SSH server listens. */
    public int sshPort() {
        return shell.port();
    }

    /** The container's process. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** The name of the user that may do everything. */
    public String administrator() {
        return USER;
    }

    /** The password of {@link #administrator()}. */
    public String password() {
        return password;
    }

    /** A connection over JMX as a user; to be closed by the caller. */
    public JMXConnector jmx(String user, String secret) throws IOException {
        return jmx.connect(user, secret);
    }

    /** The names of the MBeans that match a pattern such as {@code org.apache.camel:*}. */
    public Set<String> mbeans(String pattern) {
        return jmx.names(pattern);
    }

    /** An attribute of the one MBean that matches the pattern. */
    public Object mbeanAttribute(String pattern, String attribute) {
        return jmx.attribute(pattern, attribute);
    }

    /** The names of the nodes of all routes of a Camel context, as a console's diagrams have them. */
    public List<String> routeNodes(String context) {
        return jmx.routeNodes(context);
    }

    public MBeanServerConnection mbeanServer() throws IOException {
        return jmx.server();
    }

    /** Names of the container's live threads. */
    public List<String> threadNames() {
        return Arrays.stream(jmx.threads())
                .map(ThreadInfo::getThreadName)
                .sorted()
                .toList();
    }

    /** The container's threads with their stacks. */
    public String threadDump() {
        return Arrays.stream(jmx.threads()).map(ThreadInfo::toString).collect(Collectors.joining());
    }

    /** Resident memory of the container's process, in bytes; without the processes that it started. */
    public long residentBytes() {
        return new LinuxProcess(process.pid()).residentBytes();
    }

    /** Ports on which the container's process listens; without the processes that it started. */
    public Set<Integer> listeningPorts() {
        return new LinuxProcess(process.pid()).listeningPorts();
    }

    /** The start of the URLs of the node's metrics and health. */
    public String api() {
        return "http://127.0.0.1:" + apiPort + "/moderation/";
    }

    /** The whole log of the node, from its first start on. */
    public String log() {
        return Folders.read(base.resolve("data/log/karaf.log"));
    }

    /**
     * An error to throw: the sentence, the container's exit code if it has ended, and the end of its log and its
     * console.
     */
    public AssertionError failure(String sentence, Throwable cause) {
        String state = process == null ? "not started" : isRunning() ? "running" : "ended with " + process.exitValue();
        return new AssertionError(
                sentence + "\n[" + name + ": " + state + "; " + LinuxMachine.load() + "]\n--- log\n" + tail(log(), 60)
                        + "\n--- console\n" + tail(Folders.read(console()), 20),
                cause);
    }

    private void disconnect() {
        shell.disconnect();
        jmx.disconnect();
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                String threads = nativeThreadDump();
                process.destroyForcibly();
                throw failure("The container did not end within " + STOP_TIMEOUT.toSeconds() + " s\n" + threads, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the container was ending", e);
        }
    }

    /**
     * Where JMX and shell are not there, or no longer: the JVM prints its threads on SIGQUIT to the console. Without
     * idle ones.
     */
    private String nativeThreadDump() {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid()))
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
            Awaitility.await("the thread dump")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> Folders.read(console()).contains("Full thread dump"));
            String console = Folders.read(console());
            String threads = console.substring(console.lastIndexOf("Full thread dump"));
            return Arrays.stream(threads.split("\n\n"))
                    .filter(thread -> !thread.contains("ThreadPoolExecutor.getTask"))
                    .collect(Collectors.joining("\n\n"));
        } catch (ConditionTimeoutException e) {
            return "no thread dump within 5 s";
        } catch (IOException e) {
            return "no thread dump: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "no thread dump: interrupted";
        }
    }

    private void rememberChildren() {
        if (isRunning()) {
            process.descendants().forEach(children::add);
        }
    }

    private void killAll() {
        rememberChildren();
        if (process != null) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        disconnect();
    }

    private Path console() {
        return base.resolve("console.log");
    }

    private static String tail(String text, int lines) {
        List<String> all = text.lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
}
