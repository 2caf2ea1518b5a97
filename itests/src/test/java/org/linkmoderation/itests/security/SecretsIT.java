package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.testkit.ScriptedLambda;

/** A container in which each secret is a marked word, searched for wherever somebody without it could find it. */
class SecretsIT {
    private static final String MARK = "mark3d-";
    private static final Pattern MARKED = Pattern.compile(MARK + "[a-z-]+");
    private static final Pattern READS = Pattern.compile("(get|is|has|list|dump|browse|explain|status|count).*");

    /** What reading operations are asked for: the name of a system property with a secret. */
    private static final Map<String, Object> ARGUMENTS =
            Map.of("java.lang.String", "javax.net.ssl.keyStorePassword", "boolean", false);

    private static ModerationNode node;
    private static KarafNode karaf;
    private static final Map<String, String> PASSWORDS = new TreeMap<>();

    @BeforeAll
    static void start() {
        node = new ModerationNode("security-secrets");
        karaf = node.karaf();
        inEnvironment("org.linkmoderation.broker", "password", "broker-password");
        inEnvironment("org.linkmoderation.aws", "secret.access.key", "aws-secret-key");
        inEnvironment("org.linkmoderation.coordinator", "secret", "coordinator-secret");
        inEnvironment("org.linkmoderation.api", "token", "api-token");
        inEnvironment("org.linkmoderation.rest", "sender.token.default", "rest-token");
        inEnvironment("org.linkmoderation.review.mail", "password", "mail-password");
        inEnvironment("org.linkmoderation.tracing", "authorization", "tracing-authorization");
        inEnvironment(
                "org.linkmoderation.local.lambda", "environment.ChargeCard.AWS_SECRET_ACCESS_KEY", "function-secret");
        karaf.setting("org.linkmoderation.rest", "port", Ports.free());
        karaf.setting("org.linkmoderation.review.mail", "user", "moderation")
                .setting("org.linkmoderation.review.mail", "host", "127.0.0.1")
                .setting("org.linkmoderation.review.mail", "port", Ports.free())
                .setting("org.linkmoderation.review.mail", "from", "moderation@example.org")
                .setting("org.linkmoderation.review.mail", "to", "desk@example.org");
        karaf.setting("org.linkmoderation.tracing", "endpoint", "http://127.0.0.1:" + Ports.free() + "/v1/traces");
        String coordinator = "http://127.0.0.1:" + Ports.free();
        karaf.setting("org.linkmoderation.coordinator", "url", coordinator + "/lra-coordinator")
                .setting("org.linkmoderation.coordinator", "participant.url", "http://127.0.0.1:" + Ports.free())
                .setting("org.linkmoderation.local.coordinator", "listen.url", coordinator);
        karaf.property("system.properties", "javax.net.ssl.keyStorePassword", MARK + "key-store-password");
        for (String role : List.of("viewer", "manager,viewer")) {
            String user = "secrets-" + role.split(",")[0];
            PASSWORDS.put(user, karaf.user(user, role + ",ssh"));
        }
        karaf.start();
        karaf.shellOk("feature:install link-moderation-tracing link-moderation-rest link-moderation-review-mail");
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldHaveNoServiceWithASecretInItsProperties() {
        assertThat(marks(karaf.shellOk("service:list").output())).isEmpty();
    }

    @Test
    void shouldHaveNoMBeanThatShowsASecretToAViewerOrAManager() throws Exception {
        for (String user : PASSWORDS.keySet()) {
            Set<String> found = new TreeSet<>();
            int read = 0;
            try (JMXConnector connector = karaf.jmx(user, PASSWORDS.get(user))) {
                MBeanServerConnection server = connector.getMBeanServerConnection();
                for (ObjectName name : server.queryNames(null, null)) {
                    for (MBeanAttributeInfo attribute :
                            server.getMBeanInfo(name).getAttributes()) {
                        try {
                            String text = text(server.getAttribute(name, attribute.getName()));
                            marks(text).forEach(mark -> found.add(name + " " + attribute.getName() + ": " + mark));
                            read++;
                        } catch (JMException | RuntimeException | IOException refused) {
                            // Nothing is shown then
                        }
                    }
                    for (MBeanOperationInfo operation :
                            server.getMBeanInfo(name).getOperations()) {
                        String[] types = Arrays.stream(operation.getSignature())
                                .map(MBeanParameterInfo::getType)
                                .toArray(String[]::new);
                        if (ARGUMENTS.keySet().containsAll(List.of(types))
                                && READS.matcher(operation.getName()).matches()) {
                            try {
                                Object[] arguments =
                                        Arrays.stream(types).map(ARGUMENTS::get).toArray();
                                String text = text(server.invoke(name, operation.getName(), arguments, types));
                                marks(text)
                                        .forEach(mark -> found.add(name + " " + operation.getName() + "(): " + mark));
                            } catch (JMException | RuntimeException | IOException refused) {
                                // Nothing is shown then
                            }
                        }
                    }
                }
            }
            assertThat(read).as("attributes that " + user + " can read").isGreaterThan(500);
            assertThat(found).as(user).isEmpty();
        }
    }

    @Test
    void shouldLetOnlyAnAdminMakeAndRemoveMBeans() throws Exception {
        ObjectName loader = new ObjectName("attack:type=MLet");
        ObjectName ours = new ObjectName("org.linkmoderation:type=Executions");
        for (String user : PASSWORDS.keySet()) {
            try (JMXConnector connector = karaf.jmx(user, PASSWORDS.get(user))) {
                MBeanServerConnection server = connector.getMBeanServerConnection();
                assertThatThrownBy(() -> server.createMBean("javax.management.loading.MLet", loader))
                        .as(user)
                        .isInstanceOf(SecurityException.class);
                assertThatThrownBy(() -> server.unregisterMBean(ours)).as(user).isInstanceOf(SecurityException.class);
            }
        }
        MBeanServerConnection server = karaf.mbeanServer();
        assertThat(server.isRegistered(loader)).isFalse();
        assertThat(server.isRegistered(ours)).isTrue();
        server.createMBean("javax.management.loading.MLet", loader);
        server.unregisterMBean(loader);
    }

    @Test
    void shouldWriteNoSecretToItsFilesAndNameNoThreadAfterOne() throws IOException {
        List<String> found = new ArrayList<>();
        for (String folder : List.of("data", "instances", "deploy", "console.log")) {
            try (Stream<Path> files = Files.walk(karaf.base().resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    marks(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .forEach(mark -> found.add(karaf.base().relativize(file) + ": " + mark));
                }
            }
        }
        karaf.threadNames().forEach(thread -> marks(thread).forEach(mark -> found.add("thread " + mark)));
        assertThat(found).isEmpty();
    }

    @Test
    void shouldGiveNoSecretToAProcessThatItStarts() throws IOException {
        List<String> found = new ArrayList<>();
        found.addAll(marks(proc(karaf.process(), "cmdline")));
        for (ProcessHandle child : karaf.children()) {
            found.addAll(marks(proc(child, "cmdline")));
            found.addAll(marks(proc(child, "environ")));
            assertThat(proc(child, "environ").split("\0"))
                    .as("what the process needs and no more")
                    .allMatch(variable -> variable.isEmpty() || variable.matches("(HOME|LANG|LC_ALL|PATH|TZ)=.*"));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void shouldSayWhoLoggedInAndWhoChangedWhatWithoutASecret() throws Exception {
        String name = "audited";
        String card = "card-" + UUID.randomUUID();
        String wrong = "wrong-" + UUID.randomUUID();
        String manager = "secrets-manager";
        CountDownLatch release = new CountDownLatch(1);
        node.links().putPending(name, "https://example.org/audited");
        node.lambda()
                .script(
                        name,
                        ScriptedLambda.returnsInputWith("safe", "true")
                                .after(() ->
                                        release.await(ModerationNode.CHECK_SAFETY_TIMEOUT_SECONDS, TimeUnit.SECONDS)));

        assertThatThrownBy(() -> karaf.shell(manager, wrong, "moderation:status"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(karaf.shell(
                                manager,
                                PASSWORDS.get(manager),
                                "moderation:start --name " + name + " '{\"code\":\"" + name
                                        + "\",\"url\":\"https://example.org/audited\",\"card\":\"" + card + "\"}'")
                        .succeeded())
                .isTrue();
        karaf.await(
                "the call",
                ModerationNode.EXECUTION,
                () -> !node.lambda().calls(name).isEmpty());
        try (JMXConnector connector = karaf.jmx(manager, PASSWORDS.get(manager))) {
            connector
                    .getMBeanServerConnection()
                    .invoke(
                            new ObjectName("org.linkmoderation:type=Executions"),
                            "stop",
                            new Object[] {"moderation", name, "Stopped", card},
                            new String[] {
                                String.class.getName(),
                                String.class.getName(),
                                String.class.getName(),
                                String.class.getName()
                            });
        }
        release.countDown();
        karaf.shellOk("moderation:delete " + name);

        String log = Files.readString(karaf.base().resolve("data/log/security.log"));
        assertThat(log)
                .contains("Authentication failed - " + manager)
                .contains("Authentication succeeded - " + manager)
                .contains(manager + " start moderation " + name)
                .contains(manager + " stop moderation " + name)
                .contains(karaf.administrator() + " delete moderation " + name)
                .doesNotContain(card, wrong, karaf.password())
                .doesNotContain(PASSWORDS.values().toArray(String[]::new));
        assertThat(marks(log)).isEmpty();
    }

    private static void inEnvironment(String pid, String key, String name) {
        String variable = "MARKED_" + name.toUpperCase().replace('-', '_');
        karaf.environment(variable, MARK + name);
        karaf.setting(pid, key, "$[env:" + variable + "]");
    }

    private static String proc(ProcessHandle process, String file) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), file), StandardCharsets.ISO_8859_1);
    }

    private static List<String> marks(String text) {
        return MARKED.matcher(text)
                .results()
                .map(found -> found.group())
                .distinct()
                .toList();
    }

    private static String text(Object value) {
        StringBuilder text = new StringBuilder();
        append(value, text);
        return text.toString();
    }

    private static void append(Object value, StringBuilder text) {
        if (value instanceof CompositeData data) {
            data.values().forEach(part -> append(part, text));
        } else if (value instanceof TabularData data) {
            data.values().forEach(part -> append(part, text));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, part) -> {
                append(key, text);
                append(part, text);
            });
        } else if (value instanceof Iterable<?> parts) {
            parts.forEach(part -> append(part, text));
        } else if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                append(Array.get(value, i), text);
            }
        } else {
            text.append(value).append('\n');
        }
    }
}
