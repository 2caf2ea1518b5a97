package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.ShellResult;

/** What the shell of the distribution leads a viewer or a manager to: no file, no secret, no code. */
class ShellReachIT {
    private static final Pattern COMMAND = Pattern.compile("[a-z]+:[A-Za-z_-]+");

    /** What each may use; the commands of moderation are for {@code ShellRolesIT}. */
    private static final Set<String> OF_A_VIEWER = Set.of(
            "bundle:list",
            "feature:list",
            "shell:clear",
            "shell:date",
            "shell:echo",
            "shell:if",
            "shell:keymap",
            "shell:logout",
            "shell:setopt",
            "shell:unsetopt",
            "system:name",
            "system:version");

    private static final Set<String> OF_A_MANAGER =
            Set.of("log:display", "log:exception-display", "log:get", "log:tail");

    private static KarafNode karaf;
    private static final Map<String, String> PASSWORDS = new TreeMap<>();

    @BeforeAll
    static void start() {
        karaf = ModerationNode.shared().karaf();
        PASSWORDS.put("reach-viewer", karaf.user("reach-viewer", "viewer,ssh"));
        PASSWORDS.put("reach-manager", karaf.user("reach-manager", "manager,viewer,ssh"));
        karaf.await(
                "the users",
                Duration.ofSeconds(30),
                () -> PASSWORDS.keySet().stream()
                        .allMatch(user -> run(user, "moderation:status").succeeded()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat etc/users.properties",
                "shell:tac etc/users.properties",
                "head etc/users.properties",
                "tail etc/users.properties",
                "less etc/users.properties",
                "grep . etc/users.properties",
                "grep -i . etc/users.properties",
                "echo x | grep . etc/users.properties",
                "sort etc/users.properties",
                "wc etc/users.properties",
                "echo written > data/tmp/reached",
                "echo written >> data/tmp/reached",
                "echo written | tac data/tmp/reached",
                "ls etc",
                "shell:ls etc",
                "cd etc",
                "source etc/users.properties",
                "exec cat etc/users.properties",
                "new java.io.File etc",
                "java java.lang.System",
                "('x' getClass) getName",
                "((('x' getClass) forName java.lang.Runtime) getRuntime)",
                "(bundle:list) getClass",
                "$.context getBundles",
                "($.context getBundle 0) getLocation",
                "x = ($.context getBundles)",
                "$.session getFactory",
                "each [1] { cat etc/users.properties }",
                "if { true } { cat etc/users.properties }",
                "cat2 = { cat etc/users.properties } ; cat2",
                "addcommand x ('x' getClass) getName",
                "eval 'cat etc/users.properties'",
                "type cat",
                "watch cat etc/users.properties",
                "history",
                "set",
                "bundle:install mvn:org.example/x/1",
                "bundle:update 1 mvn:org.example/x/1",
                "bundle:watch 1",
                "bundle:stop 1",
                "config:list",
                "config:property-list --pid org.linkmoderation.broker",
                "config:property-set --pid org.linkmoderation.aws lambda.endpoint http://127.0.0.1:1",
                "cm:getconfiguration org.linkmoderation.broker",
                "feature:repo-add mvn:org.example/x/1/xml/features",
                "feature:install -s jdbc",
                "kar:create standard-4.4.10",
                "kar:install file:/tmp/x.kar",
                "dev:dump-create data/tmp/reached",
                "jaas:realm-list",
                "jaas:user-list",
                "jaas:su olga",
                "log:set DEBUG",
                "log:clear",
                "package:exports",
                "scr:info org.linkmoderation.broker.BrokerClient",
                "scr:disable org.linkmoderation.broker.BrokerClient",
                "service:list",
                "ssh:sshd -p 1",
                "ssh:ssh 127.0.0.1",
                "system:property java.home",
                "system:framework",
                "system:start-level 10",
            })
    void shouldRefuse(String line) {
        PASSWORDS.keySet().forEach(user -> {
            ShellResult result = run(user, line);

            assertThat(result.exitStatus()).as("%s: %s", user, result).isNotZero();
            assertThat(result.output())
                    .as(user)
                    .containsAnyOf("Command not found", "Insufficient credentials")
                    .doesNotContain(karaf.password(), brokerPassword());
        });
        assertThat(karaf.base().resolve("data/tmp/reached")).doesNotExist();
    }

    /** Variables, which no list controls; an admin sees them. */
    @Test
    void shouldShowNeitherASystemPropertyNorTheNamesOfFiles() {
        PASSWORDS.keySet().forEach(user -> {
            assertThat(run(user, "echo \"<${java.home}>\"").output()).contains("<>");
            assertThat(run(user, "x = ${java.home} ; echo \"<${x}>\"").output()).contains("<>");
            assertThat(run(user, "gogo.option.noglob = false ; echo etc/*.properties")
                            .output())
                    .doesNotContain("users.properties");
            assertThat(run(user, "'#gogo.option.noglob' = { false } ; echo etc/*.properties")
                            .output())
                    .doesNotContain("users.properties");
        });
        assertThat(karaf.shellOk("echo \"<${java.home}>\"").output()).doesNotContain("<>");
    }

    /** Every command that the container has, so that a new one is refused until somebody decides. */
    @Test
    void shouldLetNobodyUseACommandThatIsNotNamedHere() {
        Set<String> commands = karaf.shellOk("each ($.commands) { echo $it }")
                .output()
                .lines()
                .map(String::strip)
                .filter(COMMAND.asMatchPredicate())
                .filter(command -> !command.startsWith("moderation:"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(commands).hasSizeGreaterThan(150).containsAll(OF_A_VIEWER).containsAll(OF_A_MANAGER);

        Set<String> ofAManager = new TreeSet<>(OF_A_VIEWER);
        ofAManager.addAll(OF_A_MANAGER);
        assertUsable("reach-viewer", commands, OF_A_VIEWER);
        assertUsable("reach-manager", commands, ofAManager);
    }

    @Test
    void shouldLetAViewerFilterWhatAPipeBrings() {
        assertThat(run("reach-viewer", "echo one | grep one").output()).contains("one");
        assertThat(run("reach-viewer", "bundle:list | grep -i 'link moderation'")
                        .succeeded())
                .isTrue();
    }

    @Test
    void shouldHaveNoFileTransfer() throws IOException {
        for (String user : PASSWORDS.keySet()) {
            try (SshClient client = SshClient.setUpDefaultClient()) {
                client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
                client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
                client.setServerKeyVerifier((session, address, key) -> true);
                client.start();
                try (ClientSession session = client.connect(user, "127.0.0.1", karaf.sshPort())
                        .verify(Duration.ofSeconds(10))
                        .getSession()) {
                    session.addPasswordIdentity(PASSWORDS.get(user));
                    session.auth().verify(Duration.ofSeconds(10));
                    ClientChannel channel = session.createSubsystemChannel("sftp");
                    channel.open().verify(Duration.ofSeconds(10));
                    assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10)))
                            .as("the channel for files")
                            .contains(ClientChannelEvent.CLOSED);
                }
            }
            assertThat(run(user, "scp -f etc/users.properties").output()).doesNotContain(karaf.password());
        }
    }

    /** Else one user's history, with the passwords in it, would be offered to the next. */
    @Test
    void shouldKeepNoHistoryOnDisk() throws IOException {
        Path script = karaf.base().resolve("etc/shell.init.script");
        assertThat(script).content().containsPattern("(?m)^history-file =$");
        assertThat(Files.exists(karaf.base().resolve(".karaf/karaf.history"))).isFalse();
    }

    @Test
    void shouldWarnOfNothing() {
        assertThat(karaf.log()).doesNotContain("Every user of the shell can");
    }

    /** With what was printed where it is not as expected. */
    private static void assertUsable(String user, Set<String> commands, Set<String> expected) {
        Map<String, ShellResult> usable = new ConcurrentSkipListMap<>();
        Map<String, ShellResult> refused = new ConcurrentSkipListMap<>();
        commands.parallelStream().forEach(command -> {
            ShellResult result = run(user, command + " --help");
            boolean isRefused = result.output().contains("Command not found: ")
                    || result.output().contains("Insufficient credentials");
            (isRefused ? refused : usable).put(command, result);
        });
        usable.keySet().removeAll(expected);
        assertThat(usable).as("what %s can use besides", user).isEmpty();
        refused.keySet().retainAll(expected);
        assertThat(refused).as("what %s cannot use", user).isEmpty();
    }

    private static String brokerPassword() {
        return karaf.setting("org.linkmoderation.broker", "password");
    }

    private static ShellResult run(String user, String line) {
        return karaf.shell(user, PASSWORDS.get(user), line);
    }
}
