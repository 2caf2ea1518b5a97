package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.itests.broken.BrokenBundle;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * A deployer's own container: Karaf as Apache ships it, the features by their repository, and nothing else but edited
 * files in {@code etc}. The repository's artifacts come out of the distribution, whose system folder has Maven's
 * layout, so that no other build of them can be tested by mistake.
 *
 * <p>The memory and the times that it measures are in {@code target/footprint.txt}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StockKarafIT {

    private static final String REPOSITORY =
            "mvn:org.linkmoderation/link-moderation-features/1.0.0-SNAPSHOT/xml/features";
    private static final String EXPIRY_REPOSITORY =
            "mvn:org.linkmoderation/link-moderation-itests-expiry/1.0.0-SNAPSHOT/xml/features";
    private static final String FEATURES =
            "link-moderation link-moderation-domains link-moderation-monitoring link-moderation-local";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MODERATIONS = 1_000;

    /** As a deployer has it who keeps the secret out of the files. */
    private static final String PASSWORD_VARIABLE = "LINK_MODERATION_BROKER_PASSWORD";

    private static final String PASSWORD = UUID.randomUUID().toString();
    private static final String PASSWORD_SETTING = "$[env:" + PASSWORD_VARIABLE + "]";
    private static final String SECRET = UUID.randomUUID().toString();

    /** Threads of ours and of what we bring: Camel, ActiveMQ, the AWS SDK, the local services. */
    private static final Pattern OUR_THREADS = Pattern.compile(
            "(?i).*(camel|moderation|activemq|jms|kahadb|journal|broker|dynamodb|lambda|aws|sdk|idle-connection"
                    + "|netty|lra|coordinator|narayana|arjuna|recovery|metrics"
                    + "|HTTP-Dispatcher).*");

    private static KarafNode node;
    private static Links links;
    private static Messages messages;
    private static int dynamoDbPort;
    private static int lambdaPort;
    private static int brokerPort;
    private static int coordinatorPort;
    private static int participantPort;
    private static int apiPort;
    private static State before;

    /** What must be the same before an installation and after an uninstallation. */
    private record State(Set<String> bundles, Set<Integer> ports, Set<String> threads, Set<String> mbeans) {

        static State of(KarafNode node) {
            return new State(
                    node.shellOk("bundle:list -t 0 -s --no-format")
                            .output()
                            .lines()
                            .map(line -> line.substring(line.lastIndexOf('\t') + 1))
                            .collect(Collectors.toCollection(TreeSet::new)),
                    node.listeningPorts(),
                    node.threadNames().stream()
                            .filter(OUR_THREADS.asMatchPredicate())
                            .collect(Collectors.toCollection(TreeSet::new)),
                    List.of("org.apache.camel:*", "org.apache.activemq:*", "org.linkmoderation:*").stream()
                            .flatMap(pattern -> node.mbeans(pattern).stream())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @BeforeAll
    static void start() {
        Path distribution = Folders.onlyChildOf(KarafNode.MODULE.resolve("target/distribution"));
        dynamoDbPort = Ports.free();
        lambdaPort = Ports.free();
        brokerPort = Ports.free();
        coordinatorPort = Ports.free();
        participantPort = Ports.free();
        apiPort = Ports.free();
        node = new KarafNode("stock", KarafNode.MODULE.resolve("target/stock"), "feature:repo-list");
        String repositories = node.setting("org.ops4j.pax.url.mvn", "org.ops4j.pax.url.mvn.defaultRepositories");
        node.setting(
                "org.ops4j.pax.url.mvn",
                "org.ops4j.pax.url.mvn.defaultRepositories",
                String.join(
                        ", ",
                        repositories,
                        distribution.resolve("system").toUri() + "@id=link-moderation@snapshots",
                        KarafNode.MODULE.resolve("target/expiry").toUri() + "@id=expiry@snapshots"));
        node.environment(PASSWORD_VARIABLE, PASSWORD).start();
        before = State.of(node);
    }

    @AfterAll
    static void end() {
        if (links != null) {
            links.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Order(1)
    void shouldInstallByItsRepositoryAndSayWhatIsStillToBeSet() {
        node.shellOk("feature:repo-add " + REPOSITORY);
        node.shellOk("feature:install link-moderation");

        node.await(
                "the sentence about the password",
                PATIENCE,
                () -> node.log()
                        .contains("The setting password of org.linkmoderation.broker is blank:"
                                + " set it in etc/org.linkmoderation.broker.cfg."));
        assertThat(node.base().resolve("etc"))
                .isDirectoryContaining("glob:**org.linkmoderation.aws.cfg")
                .isDirectoryContaining("glob:**org.linkmoderation.journal.cfg")
                .isDirectoryContaining("glob:**org.linkmoderation.moderation.cfg");
    }

    @Test
    @Order(2)
    void shouldModerateLinksWhenItsFilesAreEdited() {
        install();

        assertThat(node.shellOk("moderation:status").output()).contains("table is ACTIVE in the local table store");
        moderates("installed");
        assertThat(node.listeningPorts()).contains(lambdaPort, brokerPort, coordinatorPort, participantPort, apiPort);
    }

    @Test
    @Order(3)
    void shouldRunAStateMachineThatADeployerHasWritten() throws IOException {
        install();
        try (FunctionEndpoint functions = new FunctionEndpoint()) {
            invokeAt(functions.endpoint());
            node.shellOk("feature:repo-add " + EXPIRY_REPOSITORY);
            node.shellOk("feature:install link-moderation-expiry");
            node.setting("org.linkmoderation.expiry", "grace.period.seconds", 2);
            node.await("the third state machine", PATIENCE, () -> {
                ShellResult status = node.shell("moderation:status");
                return status.succeeded() && status.output().contains("expiry");
            });
            links.put("old", url("old"), "active");
            functions.script(
                    "old",
                    ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate exceeded"),
                    ScriptedLambda.returns("{\"told\":true}"));

            node.shellOk("moderation:start --state-machine expiry --name old '{\"code\":\"old\"}'");

            node.await("the expiry", PATIENCE, () -> "expired".equals(links.status("old")));
            node.await(
                    "the end",
                    PATIENCE,
                    () -> node.shellOk("moderation:describe -m expiry old")
                            .output()
                            .contains("SUCCEEDED"));
            assertThat(node.shellOk("moderation:describe -m expiry old").output())
                    .contains("TellOwner   GracePeriod   Expire");
            assertThat(functions.calls("old")).hasSize(2);
            invokeAt("http://127.0.0.1:" + lambdaPort);
            moderates("beside");
        } finally {
            node.shell("feature:uninstall link-moderation-expiry");
            node.shell("feature:repo-remove " + EXPIRY_REPOSITORY);
            Files.deleteIfExists(etc("org.linkmoderation.expiry.cfg"));
        }
    }

    @Test
    @Order(4)
    void shouldRefuseBrokenDefinitionsWhileTheOthersRun() throws IOException {
        install();
        try {
            refuses("same-name", "two states are named 'Pause'; expected each name once");
            refuses("never-entered", "state 'Forgotten' is never entered; expected a call of direct:Forgotten");
            refuses("no-kind", "task 'Notify' is of no kind; expected a policy such as LambdaFunction");
        } finally {
            node.shell("bundle:uninstall org.linkmoderation.broken");
            Files.deleteIfExists(etc("org.linkmoderation.broken.cfg"));
        }
    }

    /** The file stays between two faults: File Install deletes one that is written while it deletes the settings. */
    private static void refuses(String fault, String sentence) throws IOException {
        Path bundle = node.base().resolve("data/tmp/" + fault + ".jar");
        BrokenBundle.write(bundle);
        node.setting("org.linkmoderation.broken", "fault", fault);

        node.shellOk("bundle:install -s " + bundle.toUri());

        node.await("the sentence", PATIENCE, () -> node.log().contains(sentence));
        node.awaitReady("moderation:status");
        moderates("beside-" + fault);
        node.shellOk("bundle:uninstall org.linkmoderation.broken");
    }

    @Test
    @Order(5)
    void shouldLeaveNothingBehindWhenItIsUninstalled() {
        install();

        uninstall();

        node.await("the end of the table store", PATIENCE, () -> !Ports.isOpen(dynamoDbPort));
        awaitStateBefore();
        assertThat(node.children()).as("processes").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rescan", "rest", "webhooks", "review-mail"})
    @Order(6)
    void shouldInstallEachOfTheOthersAlone(String name) throws IOException {
        uninstall();
        String pid = "org.linkmoderation." + name.replace('-', '.');
        String features = "link-moderation-local link-moderation-" + name;
        int logged = node.log().length();
        node.shellOk("feature:install " + features);

        switch (name) {
            case "rescan" -> {
                node.awaitReady("moderation:status");
                links.put("alone", url("good"), "active");
                node.shellOk("moderation:start --state-machine rescan --name alone '{\"code\":\"alone\",\"url\":\""
                        + url("good") + "\"}'");
                node.await("the scan", PATIENCE, () -> "alone".equals(links.attribute("alone", "scannedBy")));
            }
            case "rest" -> {
                int port = Ports.free();
                node.setting(pid, "port", port).setting(pid, "sender.token.default", SECRET);
                node.await("the endpoint", PATIENCE, () -> Ports.isOpen(port));
            }
            case "webhooks" -> {
                node.setting(pid, "secret.default", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                        .setting(pid, "url.default", "https://example.org/hook");
                node.await(
                        "the webhooks",
                        PATIENCE,
                        () -> node.log().substring(logged).contains("Webhooks take notices from queue"));
            }
            default -> {
                node.setting(pid, "host", "127.0.0.1")
                        .setting(pid, "from", "moderation@example.org")
                        .setting(pid, "to", "desk@example.org");
                node.await(
                        "its routes",
                        PATIENCE,
                        () -> node.shell("moderation:status").output().contains("Camel context review-mail"));
            }
        }

        node.shellOk("feature:uninstall " + features);
        Files.delete(etc(pid + ".cfg"));
        Files.delete(shown(pid + ".cfg"));
        awaitStateBefore();
    }

    @Test
    @Order(7)
    void shouldKeepEditedFilesAndShowWhatIsNewWhenItIsInstalledAgain() throws IOException {
        uninstall();
        List<String> names = settingsFiles();
        Map<String, String> edited = new TreeMap<>();
        for (String name : names) {
            Files.writeString(etc(name), "# as operated here\n" + Files.readString(etc(name)));
            edited.put(name, Files.readString(etc(name)));
            Files.writeString(shown(name), "as of an older version");
        }

        install();
        moderates("reinstalled");

        for (String name : names) {
            assertThat(etc(name)).hasContent(edited.get(name));
            assertThat(shown(name))
                    .hasSameTextualContentAs(
                            KarafNode.MODULE.resolve("../etc/" + etc(name).getFileName()));
        }
        assertThat(names).hasSizeGreaterThan(10);
        assertThat(node.log()).as("log").doesNotContain(PASSWORD, SECRET);
    }

    @Test
    @Order(8)
    void shouldStayWithinItsMemory() throws IOException {
        install();
        node.stop();
        Instant launched = Instant.now();
        node.launch().awaitReady("moderation:status");
        Duration start = Duration.between(launched, Instant.now());
        long residentAtStart = node.residentBytes();

        Instant first = Instant.now();
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < MODERATIONS; i++) {
            String code = "footprint-" + i;
            links.putPending(code, url(code));
            requests.add("{\"code\":\"" + code + "\",\"url\":\"" + url(code) + "\"}");
        }
        messages.sendAll(Messages.REQUESTS, requests);
        node.await("the end of all requests", Duration.ofMinutes(3), () -> messages.count(Messages.REQUESTS) == 0);
        Duration moderations = Duration.between(first, Instant.now());

        for (int i = 0; i < MODERATIONS; i++) {
            assertThat(links.status("footprint-" + i)).as("link %d", i).isEqualTo("active");
        }
        long resident = node.residentBytes();
        Files.writeString(
                KarafNode.MODULE.resolve("target/footprint.txt"),
                String.format(
                        Locale.ROOT,
                        "stock Karaf with %s, -Xms64m -Xmx512m, serial collector, client compiler only%n"
                                + "start to moderation:status ok   %.1f s%n"
                                + "resident at start               %d MB%n"
                                + "resident after %,d moderations %d MB%n"
                                + "%,d moderations, put to end   %.1f s%n",
                        FEATURES,
                        start.toMillis() / 1e3,
                        residentAtStart >> 20,
                        MODERATIONS,
                        resident >> 20,
                        MODERATIONS,
                        moderations.toMillis() / 1e3));
        assertThat(resident).as("resident bytes").isLessThan(700L << 20);
    }

    /** Installs the features, by files that were edited: each test can be the first. */
    private static void install() {
        node.shellOk("feature:repo-add " + REPOSITORY);
        node.shellOk("feature:install " + FEATURES);
        if (links == null) {
            edit();
        }
        node.awaitReady("moderation:status");
    }

    private static void edit() {
        String broker = "tcp://127.0.0.1:" + brokerPort;
        String dynamoDb = "http://127.0.0.1:" + dynamoDbPort;
        node.setting("org.linkmoderation.local.dynamodb", "port", dynamoDbPort)
                .setting("org.linkmoderation.local.lambda", "port", lambdaPort)
                .setting("org.linkmoderation.local.broker", "url", broker)
                .setting("org.linkmoderation.aws", "dynamodb.endpoint", dynamoDb)
                .setting("org.linkmoderation.aws", "lambda.endpoint", "http://127.0.0.1:" + lambdaPort)
                .setting("org.linkmoderation.aws", "access.key.id", "local")
                .setting("org.linkmoderation.aws", "secret.access.key", "local")
                .setting("org.linkmoderation.aws", "create.tables", true)
                .setting("org.linkmoderation.broker", "url", broker)
                .setting("org.linkmoderation.broker", "password", PASSWORD_SETTING)
                .setting("org.linkmoderation.local.coordinator", "listen.url", "http://127.0.0.1:" + coordinatorPort)
                .setting(
                        "org.linkmoderation.coordinator",
                        "url",
                        "http://127.0.0.1:" + coordinatorPort + "/lra-coordinator")
                .setting("org.linkmoderation.coordinator", "participant.url", "http://127.0.0.1:" + participantPort)
                .setting("org.linkmoderation.coordinator", "secret", SECRET)
                .setting("org.linkmoderation.monitoring", "port", apiPort);
        links = new Links(TestTables.at(dynamoDb));
        messages = new Messages(broker, "moderation", PASSWORD);
    }

    /** Changes the endpoint of Lambda, and waits until the container uses it. */
    private static void invokeAt(String endpoint) {
        int logged = node.log().length();
        node.setting("org.linkmoderation.aws", "lambda.endpoint", endpoint);
        node.await(
                "clients for " + endpoint,
                PATIENCE,
                () -> node.log()
                        .substring(logged)
                        .lines()
                        .anyMatch(line -> line.contains("AWS clients: ") && line.contains(endpoint)));
    }

    /** Takes the features out; the edited files stay. */
    private static void uninstall() {
        if (links == null) {
            install();
        }
        if (node.shellOk("feature:status link-moderation").output().contains("Started")) {
            node.shellOk("feature:uninstall " + FEATURES);
        }
    }

    private static void awaitStateBefore() {
        node.await("the state before the installation", PATIENCE, () -> {
            assertThat(State.of(node)).isEqualTo(before);
            return true;
        });
    }

    private static List<String> settingsFiles() throws IOException {
        try (Stream<Path> files = Files.list(node.base().resolve("etc"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("(org|jmx\\.acl\\.org)\\.linkmoderation.*\\.cfg")
                            || name.equals("org.apache.karaf.command.acl.moderation.cfg"))
                    .sorted()
                    .toList();
        }
    }

    private static Path etc(String name) {
        return node.base().resolve("etc").resolve(name);
    }

    private static Path shown(String name) {
        return etc(name).resolveSibling(etc(name).getFileName() + ".default");
    }

    private static void moderates(String prefix) {
        links.putPending(prefix + "-good", url("good"));
        links.putPending(prefix + "-bad", url("free-malware"));
        messages.request(prefix + "-good", prefix + "-good", url("good"));
        messages.request(prefix + "-bad", prefix + "-bad", url("free-malware"));
        node.await("the good link", PATIENCE, () -> "active".equals(links.status(prefix + "-good")));
        node.await("the bad link", PATIENCE, () -> "rejected".equals(links.status(prefix + "-bad")));
        node.await(
                "the end",
                PATIENCE,
                () -> node.shell("moderation:describe " + prefix + "-good")
                        .output()
                        .contains("SUCCEEDED"));
    }

    private static String url(String path) {
        return "https://example.org/" + path;
    }
}
