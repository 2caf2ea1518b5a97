package org.linkmoderation.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
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

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(120);
    private static final String USER = "operator";
    /** A state of {@code /proc/net/tcp}. */
    private static final String LISTENING = "0A";

    /** A name of a node that Camel has made up, such as {@code process5}: it says nothing to who looks at a diagram. */
    public static final Pattern GENERATED_NAME = Pattern.compile("[A-Za-z]+\\d+");

    private static final Pattern NODE = Pattern.compile(" id=\"([^\"]*)\"");
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final Set<KarafNode> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(KarafNode::killAll), "karaf-nodes"));
    }

    private final String name;
    private final Path home;
    private final Path base;
    private final String readinessCommand;
    private final String password = UUID.randomUUID().toString();
    private final int sshPort = Ports.free();
    private final int registryPort = Ports.free();
    private final int rmiPort = Ports.free();
    private final int apiPort = Ports.free();
    private final Set<ProcessHandle> children = new LinkedHashSet<>();
    private final Map<String, String> variables = new TreeMap<>();
    private Process process;
    private SshClient sshClient;
    private JMXConnector jmx;

    /**
     * Prepares a node in {@code target/nodes/<name>}, whose earlier content is deleted; start it with {@link #start()}.
     *
     * @param name name of the node's folder
     * @param distribution folder in which one Karaf home was unpacked, such as {@code target/stock}
     * @param readinessCommand shell command that succeeds only when the node is ready
     */
    public KarafNode(String name, Path distribution, String readinessCommand) {
        this.name = name;
        this.home = onlyChildOf(distribution);
        this.base = MODULE.resolve("target/nodes").resolve(name);
        this.readinessCommand = readinessCommand;
        try {
            deleteRecursively(base);
            copyRecursively(home.resolve("etc"), base.resolve("etc"));
            Files.createDirectories(base.resolve("data/tmp"));
            Files.createDirectories(base.resolve("data/log"));
            Files.createDirectories(base.resolve("deploy"));
            Files.createDirectories(base.resolve("instances"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        setting("org.apache.karaf.shell", "sshHost", "127.0.0.1");
        setting("org.apache.karaf.shell", "sshPort", sshPort);
        setting("org.apache.karaf.management", "rmiRegistryPort", registryPort);
        setting("org.apache.karaf.management", "rmiServerPort", rmiPort);
        if (Files.exists(base.resolve("etc/org.linkmoderation.api.cfg"))) {
            setting("org.linkmoderation.api", "port", apiPort);
        }
        write(
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
        editProperties(base.resolve("etc").resolve(pid + ".cfg"), key, value.toString());
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
        editProperties(base.resolve("etc").resolve(file), key, value);
        return this;
    }

    /** Puts a variable into the environment that the container starts in. */
    public KarafNode environment(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /** Leaves a feature out of those that the container starts with. */
    public KarafNode withoutBootFeature(String feature) {
        Path features = base.resolve("etc/org.apache.karaf.features.cfg");
        write(
                features,
                read(features)
                        .lines()
                        .filter(line -> !line.strip().startsWith(feature + "/"))
                        .collect(Collectors.joining("\n", "", "\n")));
        return this;
    }

    /** Starts the process and waits until it is ready. */
    public KarafNode start() {
        launch();
        return awaitReady();
    }

    /** Starts the process without waiting for it. */
    public KarafNode launch() {
        if (isRunning()) {
            throw new IllegalStateException(name + " is running");
        }
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "daemon");
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
                () -> startLevel() >= 100 && shell(command).succeeded());
        return this;
    }

    /**
     * Waits for a condition of this node; one that throws counts as not yet met.
     *
     * @throws AssertionError with the end of log and console if it is not met in time or the container has ended
     */
    public void await(String what, Duration timeout, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(timeout)
                    .pollInterval(Duration.ofMillis(100))
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptionsMatching(Exception.class::isInstance)
                    .until(() -> !isRunning() || condition.call());
        } catch (ConditionTimeoutException e) {
            throw failure("Waited " + timeout.toSeconds() + " s in vain for " + what, e);
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
        try (ClientSession session = session(user, secret);
                ClientChannel channel = session.createExecChannel(command);
                ByteArrayOutputStream output = new ByteArrayOutputStream()) {
            channel.setOut(output);
            channel.setErr(output);
            channel.open().verify(Duration.ofSeconds(20));
            Set<ClientChannelEvent> events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), COMMAND_TIMEOUT);
            if (events.contains(ClientChannelEvent.TIMEOUT)) {
                throw new IllegalStateException("No end of “" + command + "” within " + COMMAND_TIMEOUT.toSeconds()
                        + " s\n" + output.toString(StandardCharsets.UTF_8));
            }
            Integer status = channel.getExitStatus();
            if (status == null) {
                throw new IllegalStateException("The shell closed on “" + command + "” without an exit status");
            }
            return new ShellResult(command, status, output.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("No shell for “" + command + "”: " + e.getMessage(), e);
        }
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

    /** The name of the user that may do everything. */
    public String administrator() {
        return USER;
    }

    /** The password of {@link #administrator()}. */
    public String password() {
        return password;
    }

    /** A connection over JMX as a user; to be closed by who asks for it. */
    public JMXConnector jmx(String user, String secret) throws IOException {
        JMXServiceURL url = new JMXServiceURL(
                "service:jmx:rmi://127.0.0.1:" + rmiPort + "/jndi/rmi://127.0.0.1:" + registryPort + "/karaf-root");
        return JMXConnectorFactory.connect(url, Map.of(JMXConnector.CREDENTIALS, new String[] {user, secret}));
    }

    /** The names of the MBeans that match a pattern such as {@code org.apache.camel:*}. */
    public Set<String> mbeans(String pattern) {
        try {
            return mbeanServer().queryNames(new ObjectName(pattern), null).stream()
                    .map(ObjectName::getCanonicalName)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No MBeans " + pattern, e);
        }
    }

    /** An attribute of the one MBean that matches the pattern. */
    public Object mbeanAttribute(String pattern, String attribute) {
        try {
            Set<ObjectName> names = mbeanServer().queryNames(new ObjectName(pattern), null);
            if (names.size() != 1) {
                throw new IllegalStateException(pattern + " matches " + names);
            }
            return mbeanServer().getAttribute(names.iterator().next(), attribute);
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No " + attribute + " of " + pattern, e);
        }
    }

    /** The names of the nodes of all routes of a Camel context, as a console's diagrams have them. */
    public List<String> routeNodes(String context) {
        List<String> names = new ArrayList<>();
        try {
            for (String route : mbeans("org.apache.camel:context=" + context + ",type=routes,*")) {
                String xml = (String)
                        mbeanServer().invoke(new ObjectName(route), "dumpRouteAsXml", new Object[0], new String[0]);
                NODE.matcher(xml).results().forEach(node -> names.add(node.group(1)));
            }
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No routes of " + context, e);
        }
        return names;
    }

    public MBeanServerConnection mbeanServer() throws IOException {
        return jmx().getMBeanServerConnection();
    }

    /** Names of the container's live threads. */
    public List<String> threadNames() {
        return Arrays.stream(threads()).map(ThreadInfo::getThreadName).sorted().toList();
    }

    /** The container's threads with their stacks. */
    public String threadDump() {
        return Arrays.stream(threads()).map(ThreadInfo::toString).collect(Collectors.joining());
    }

    /** Resident memory of the container's process, in bytes; without the processes that it started. */
    public long residentBytes() {
        try (Stream<String> status = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ports on which the container's process listens; without the processes that it started. */
    public Set<Integer> listeningPorts() {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            Set<String> inodes = descriptors
                    .map(KarafNode::socketInode)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
            Set<Integer> ports = new TreeSet<>();
            for (String table : List.of("net/tcp", "net/tcp6")) {
                for (String line : Files.readAllLines(proc.resolve(table))) {
                    String[] columns = line.strip().split("\\s+");
                    if (columns[3].equals(LISTENING) && inodes.contains(columns[9])) {
                        ports.add(Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16));
                    }
                }
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> socketInode(Path descriptor) {
        try {
            Matcher socket = SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
            return socket.matches() ? Optional.of(socket.group(1)) : Optional.empty();
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }

    /** The start of the URLs of the node's metrics and health. */
    public String api() {
        return "http://127.0.0.1:" + apiPort + "/moderation/";
    }

    /** The whole log of the node, from its first start on. */
    public String log() {
        return read(base.resolve("data/log/karaf.log"));
    }

    /**
     * An error to throw: the sentence, the container's exit code if it has ended, and the end of its log and its
     * console.
     */
    public AssertionError failure(String sentence, Throwable cause) {
        String state = process == null ? "not started" : isRunning() ? "running" : "ended with " + process.exitValue();
        return new AssertionError(
                sentence + "\n[" + name + ": " + state + "]\n--- log\n" + tail(log(), 60) + "\n--- console\n"
                        + tail(read(console()), 20),
                cause);
    }

    private int startLevel() throws IOException, JMException {
        ObjectName framework = mbeanServer()
                .queryNames(new ObjectName("osgi.core:type=framework,*"), null)
                .iterator()
                .next();
        return (Integer) mbeanServer().getAttribute(framework, "FrameworkStartLevel");
    }

    private ThreadInfo[] threads() {
        try {
            return ManagementFactory.newPlatformMXBeanProxy(
                            mbeanServer(), ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class)
                    .dumpAllThreads(false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A session of its own for each command, because Karaf closes the session behind a command. */
    private ClientSession session(String user, String secret) throws IOException {
        ClientSession session = sshClient()
                .connect(user, "127.0.0.1", sshPort)
                .verify(Duration.ofSeconds(5))
                .getSession();
        try {
            session.addPasswordIdentity(secret);
            session.auth().verify(Duration.ofSeconds(10));
        } catch (IOException e) {
            session.close(true);
            throw e;
        }
        return session;
    }

    private synchronized SshClient sshClient() {
        if (sshClient == null) {
            sshClient = SshClient.setUpDefaultClient();
            sshClient.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY); // not those of who runs the tests
            sshClient.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
            sshClient.setServerKeyVerifier((session, address, key) -> true); // made by the node on its first start
            sshClient.start();
        }
        return sshClient;
    }

    private synchronized JMXConnector jmx() throws IOException {
        if (jmx == null) {
            jmx = jmx(USER, password);
        }
        return jmx;
    }

    private synchronized void disconnect() {
        if (sshClient != null) {
            sshClient.stop();
            sshClient = null;
        }
        if (jmx != null) {
            try {
                jmx.close();
            } catch (IOException alreadyGone) {
                // what it was closed for
            }
            jmx = null;
        }
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

    /** JMX and shell are gone while the container ends: the JVM prints its threads on SIGQUIT to the console. */
    private String nativeThreadDump() {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid()))
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
            await(
                    "the thread dump",
                    Duration.ofSeconds(5),
                    () -> read(console()).contains("Full thread dump"));
            String console = read(console());
            return console.substring(console.lastIndexOf("Full thread dump"));
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

    private static void editProperties(Path file, String key, String value) {
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

    private static String tail(String text, int lines) {
        List<String> all = text.lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one Karaf home that was unpacked in a folder. */
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

    private static void copyRecursively(Path from, Path to) throws IOException {
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

    private static void deleteRecursively(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
