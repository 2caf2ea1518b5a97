package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wrong value of each setting of each file {@code etc/org.linkmoderation*.cfg}, in a container in which everything
 * runs: the log has a line that names the key, the value and what was expected. That edited files are read, and that a
 * corrected one lets everything go on, is in {@link SettingsIT}.
 */
class WrongSettingsIT {
    private static final Path FILES = KarafNode.MODULE.resolve("../etc");
    private static final Logger LOG = LoggerFactory.getLogger(WrongSettingsIT.class);

    private static final Duration SAID = Duration.ofSeconds(60);

    private static final Pattern KEY = Pattern.compile("^#?([A-Za-z][A-Za-z0-9_.-]*) =", Pattern.MULTILINE);

    private static final String COUNT = "a whole number from ";
    private static final String URL = "an http or https URL";
    private static final String BLANK = " is blank: set it in etc/";
    private static final String TABLE = "3 to 255 characters";
    private static final String NAME = "1 to 100 characters of";
    private static final String KEY_ID = "16 to 128 letters and digits";
    private static final String FUNCTION = "the name or ARN of a Lambda function";
    private static final String FOLDER = "a folder, without '?' and '#'";
    /** Said by Declarative Services, which reads this key itself. */
    private static final String TARGET = "Invalid syntax in target property for dependency ConnectionFactory";

    private static final String DIRECTORY = "a directory that can be made and written to";
    private static final String HANDLER = "the class of a RequestHandler";

    /** Every key: a value that is wrong, and what is said to be expected. */
    private static final List<Row> ROWS = List.of(
            new Row("monitoring", "host", "203.0.113.7", "an address of this machine alone"),
            new Row("monitoring", "port", "65536", COUNT + "1 to 65535"),
            new Row("monitoring", "poll.seconds", "0", COUNT + "1 to 3600"),
            new Row("aws", "region", "Frankfurt", "the name of an AWS region"),
            new Row("aws", "dynamodb.endpoint", "localhost:8000", URL),
            new Row("aws", "lambda.endpoint", "file:///tmp", URL),
            new Row("aws", "access.key.id", "", "a value, as its counterpart has one"),
            new Row("aws", "secret.access.key", "", "a value, as its counterpart has one"),
            new Row("aws", "create.tables", "yes", "true or false"),
            new Row("aws", "max.connections", "10001", COUNT + "1 to 10000"),
            new Row("broker", "url", "http://127.0.0.1:61616", "tcp://host:port or ssl://host:port"),
            new Row("broker", "user", "", BLANK),
            new Row("broker", "password", "", BLANK),
            new Row("broker", "redelivery.initial.seconds", "0", COUNT + "1 to 3600"),
            new Row("broker", "redelivery.max.seconds", "soon", COUNT + "1 to 86400"),
            new Row("broker", "send.timeout.seconds", "1.5", COUNT + "1 to 300"),
            new Row("coordinator", "url", "127.0.0.1:50000", "http://host:port/lra-coordinator"),
            new Row("coordinator", "secret", "too-short", "16 to 256 characters").secret(),
            new Row("coordinator", "participant.url", "https://127.0.0.1:50001", "http://host:port"),
            new Row("coordinator", "call.timeout.seconds", "2", COUNT + "3 to 60"),
            new Row("domains", "domains.table", "a b", TABLE),
            new Row("domains", "charge.function", "Charge Card", FUNCTION),
            new Row("domains", "charge.refusals", "Declined; Refused", "names of errors and commas"),
            new Row("domains", "refund.function", "Refund/Charge", FUNCTION),
            new Row("domains", "timeout.seconds", "0", COUNT + "1 to 31536000"),
            new Row("domains", "function.timeout.seconds", "901", COUNT + "1 to 900"),
            new Row("domains", "retry.interval.seconds", "-1", COUNT + "0 to 3600"),
            new Row("domains", "retry.max.attempts", "101", COUNT + "0 to 100"),
            new Row("domains", "retry.backoff.rate", "0.5", "a number from 1.0 to 100.0"),
            new Row("domains", "undo.retry.interval.seconds", "3601", COUNT + "1 to 3600"),
            new Row("domains", "undo.retry.max.seconds", "never", COUNT + "1 to 86400"),
            new Row("domains", "queue", "domain requests", NAME),
            new Row("domains", "consumers", "257", COUNT + "1 to 256"),
            new Row("domains", "notices.queue", "a queue", NAME),
            new Row("domains", "notices.topic", "domain/notices", NAME),
            new Row("domains", "inbox", "in?box", FOLDER),
            new Row("domains", "inbox.min.age.seconds", "3601", COUNT + "1 to 3600"),
            new Row("domains", "ConnectionFactory.target", "(name=", TARGET),
            new Row("journal", "journal", "postgresql", "dynamodb or jdbc"),
            new Row("journal", "datasource", "a)(b", "the name of a data source"),
            new Row("journal", "table", "a", TABLE),
            new Row("journal", "retention.days", "3651", COUNT + "1 to 3650"),
            new Row("local.broker", "url", "ssl://127.0.0.1:61616", "tcp://host:port"),
            new Row("local.broker", "data.directory", "/dev/null/x", DIRECTORY),
            new Row("local.broker", "store.limit.megabytes", "99", COUNT + "100 to 1000000"),
            new Row("local.coordinator", "listen.url", "ftp://127.0.0.1:50000", "http://host:port"),
            new Row("local.coordinator", "data.directory", "/dev/null/x", DIRECTORY),
            new Row("local.coordinator", "recovery.period.seconds", "3601", COUNT + "1 to 3600"),
            new Row("local.coordinator", "participant.urls", "127.0.0.1:50001", "http://host:port"),
            new Row("local.dynamodb", "port", "0", COUNT + "1 to 65535"),
            new Row("local.dynamodb", "data.directory", "/dev/null/x", DIRECTORY),
            new Row("local.dynamodb", "acknowledge", "memory", "process or disk"),
            new Row("local.lambda", "port", "-1", COUNT + "1 to 65535"),
            new Row("local.lambda", "concurrency", "1001", COUNT + "1 to 1000"),
            new Row("local.lambda", "timeout.seconds", "901", COUNT + "1 to 900"),
            new Row("local.lambda", "function.ModerateCheck", "no.such.Class", HANDLER),
            new Row("local.lambda", "function.ChargeCard", "java.lang.String", HANDLER),
            new Row("local.lambda", "function.RefundCharge", "no class", HANDLER),
            new Row("moderation", "function", "Moderate Check", FUNCTION),
            new Row("moderation", "links.table", "ab", TABLE),
            new Row("moderation", "timeout.seconds", "31536001", COUNT + "1 to 31536000"),
            new Row("moderation", "check.safety.timeout.seconds", "0", COUNT + "1 to 900"),
            new Row("moderation", "retry.interval.seconds", "a second", COUNT + "0 to 3600"),
            new Row("moderation", "retry.max.attempts", "-1", COUNT + "0 to 100"),
            new Row("moderation", "retry.backoff.rate", "101", "a number from 1.0 to 100.0"),
            new Row("moderation", "review", "on", "true or false"),
            new Row("moderation", "review.timeout.seconds", "31104001", COUNT + "1 to 31104000"),
            new Row("moderation", "reviews.topic", "re views", NAME),
            new Row("moderation", "update.retry.interval.seconds", "3601", COUNT + "0 to 3600"),
            new Row("moderation", "update.retry.max.attempts", "101", COUNT + "0 to 100"),
            new Row("moderation", "update.retry.backoff.rate", "0", "a number from 1.0 to 100.0"),
            new Row("moderation", "queue", "moderation/requests", NAME),
            new Row("moderation", "type", "standard", "STANDARD or EXPRESS"),
            new Row("moderation", "notices.queue", "a queue", NAME),
            new Row("moderation", "notices.topic", "a topic", NAME),
            new Row("moderation", "consumers", "0", COUNT + "1 to 256"),
            new Row("moderation", "inbox", "in#box", FOLDER),
            new Row("moderation", "inbox.type", "FAST", "STANDARD or EXPRESS"),
            new Row("moderation", "inbox.min.age.seconds", "0", COUNT + "1 to 3600"),
            new Row("moderation", "ConnectionFactory.target", "(name=", TARGET),
            new Row("rescan", "function", "Moderate Check", FUNCTION),
            new Row("rescan", "links.table", "ab", TABLE),
            new Row("rescan", "max.in.flight", "0", COUNT + "1 to 1000"),
            new Row("rescan", "interval.seconds", "daily", COUNT + "0 to 31536000"),
            new Row("rescan", "interval.offset.seconds", "60", "less than interval.seconds, which is 0,"),
            new Row("rescan", "lists.interval.seconds", "86401", COUNT + "0 to 86400"),
            new Row("rescan", "timeout.seconds", "0", COUNT + "1 to 31536000"),
            new Row("rescan", "check.safety.timeout.seconds", "0", COUNT + "1 to 900"),
            new Row("rescan", "retry.interval.seconds", "a second", COUNT + "0 to 3600"),
            new Row("rescan", "retry.max.attempts", "-1", COUNT + "0 to 100"),
            new Row("rescan", "retry.backoff.rate", "101", "a number from 1.0 to 100.0"),
            new Row("rescan", "update.retry.interval.seconds", "3601", COUNT + "0 to 3600"),
            new Row("rescan", "update.retry.max.attempts", "101", COUNT + "0 to 100"),
            new Row("rescan", "update.retry.backoff.rate", "0", "a number from 1.0 to 100.0"),
            new Row("rescan", "queue", "rescan/requests", NAME),
            new Row("rescan", "type", "standard", "STANDARD or EXPRESS"),
            new Row("rescan", "notices.topic", "a topic", NAME),
            new Row("rescan", "consumers", "257", COUNT + "1 to 256"),
            new Row("rescan", "inbox", "in#box", FOLDER),
            new Row("rescan", "inbox.type", "FAST", "STANDARD or EXPRESS"),
            new Row("rescan", "inbox.min.age.seconds", "0", COUNT + "1 to 3600"),
            new Row("rescan", "ConnectionFactory.target", "(name=", TARGET),
            new Row("api", "host", "a host", "the name or address of an interface of this machine"),
            new Row("api", "port", "65536", COUNT + "1 to 65535"),
            new Row("api", "region", "Frankfurt", "a region such as us-east-1"),
            new Row("api", "account", "1234", "12 digits"),
            new Row("api", "operator.access.key.id", "short", KEY_ID),
            new Row("api", "viewer.access.key.id", "two words of a key", KEY_ID),
            new Row("api", "unsigned", "yes", "true or false"),
            new Row("api", "throttle", "no", "true or false"),
            new Row("rest", "host", "a host", "the name or address of an interface of this machine"),
            new Row("rest", "port", "65536", COUNT + "1 to 65535"),
            new Row("rest", "state.machines", "a, b c", "names of state machines, separated by commas"),
            new Row("rest", "sender.token.default", "too-short", "16 to 256 characters").secret(),
            new Row("rest", "viewer.token.default", "too-short", "16 to 256 characters").secret(),
            new Row("rest", "calls.per.second", "0", COUNT + "1 to 10000"),
            new Row("review.mail", "state.machine", "1", "a letter, then up to 79 characters"),
            new Row("review.mail", "host", "mail.example.org:25", "the name or IPv4 address"),
            new Row("review.mail", "port", "0", COUNT + "1 to 65535"),
            new Row("review.mail", "security", "ssl", "starttls, tls or none"),
            new Row("review.mail", "user", "desk", "both user and password").secret(),
            new Row("review.mail", "password", "of-nobody", "both user and password").secret(),
            new Row("review.mail", "from", "desk", "an address such as"),
            new Row("review.mail", "to", "desk@example.org;", "1 to 20 addresses"),
            new Row("review.mail", "interval.seconds", "59", COUNT + "60 to 31536000"),
            new Row("review.mail", "interval.offset.seconds", "3600", "less than interval.seconds"),
            new Row("review.mail", "max.tasks", "501", COUNT + "1 to 500"),
            new Row("review.mail", "retry.interval.seconds", "3601", COUNT + "0 to 3600"),
            new Row("review.mail", "retry.max.attempts", "101", COUNT + "0 to 100"),
            new Row("review.mail", "retry.backoff.rate", "0.5", "a number from 1.0 to 100.0"),
            new Row("review.mail", "ConnectionFactory.target", "(name=", TARGET),
            new Row("webhooks", "url.default", "http://example.org/hook", "an https URL").secret(),
            new Row("webhooks", "secret.default", "whsec_c2hvcnQ=", "one to four secrets").secret(),
            new Row("webhooks", "queue", "webhooks/notices", NAME),
            new Row("webhooks", "timeout.seconds", "61", COUNT + "1 to 60"),
            new Row("webhooks", "retry.initial.seconds", "0", COUNT + "1 to 3600"),
            new Row("webhooks", "retry.max.seconds", "4", COUNT + "5 to 86400"),
            new Row("webhooks", "give.up.after.seconds", "0", COUNT + "1 to 2592000"),
            new Row("webhooks", "consumers", "65", COUNT + "1 to 64"),
            new Row("webhooks", "allow.private", "no", "true or false"),
            new Row("webhooks", "allow.http", "yes", "true or false"),
            new Row("webhooks", "ConnectionFactory.target", "(name=", TARGET),
            new Row("tracing", "endpoint", "collector:4318", URL),
            new Row("tracing", "service.name", "two words", NAME),
            new Row("tracing", "sample.ratio", "1.1", "a number from 0.0 to 1.0"),
            new Row(
                    "tracing",
                    "trace.url",
                    "http://127.0.0.1:16686/trace",
                    "an http or https URL with {traceId} after its host"));

    /** No value of these keys is wrong; the reason of each. */
    private static final Map<String, String> FREE = Map.of(
            "monitoring token", "any text is a token",
            "api operator.secret.access.key", "a secret is not shown; ApiSettingsTest has what is said of one",
            "api viewer.secret.access.key", "a secret is not shown; ApiSettingsTest has what is said of one",
            "tracing authorization", "any text is a header's value",
            "local.lambda environment.*",
                    "a function reads its own environment, and says itself what is wrong with it");

    private static ModerationNode node;

    /**
     * What is said of a key.
     *
     * @param pid the PID without {@code org.linkmoderation.}
     * @param key the key
     * @param wrong a value that is wrong
     * @param expected what the sentence says, beside the key and the value
     * @param isSecret whether the sentence must not have the value
     */
    private record Row(String pid, String key, String wrong, String expected, boolean isSecret) {
        Row(String pid, String key, String wrong, String expected) {
            this(pid, key, wrong, expected, false);
        }

        Row secret() {
            return new Row(pid, key, wrong, expected, true);
        }

        boolean isIn(String line) {
            return line.contains("org.linkmoderation." + pid)
                    && (line.contains(key) || expected.equals(TARGET))
                    && line.contains(expected)
                    && (isSecret || line.contains(wrong));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        node = new ModerationNode("wrong-settings");
        String coordinator = "http://127.0.0.1:" + Ports.free();
        node.karaf()
                .setting("org.linkmoderation.coordinator", "url", coordinator + "/lra-coordinator")
                .setting("org.linkmoderation.coordinator", "participant.url", "http://127.0.0.1:" + Ports.free())
                .setting(
                        "org.linkmoderation.coordinator",
                        "secret",
                        UUID.randomUUID().toString())
                .setting("org.linkmoderation.local.coordinator", "listen.url", coordinator);
        node.karaf().property("custom.properties", "felix.fileinstall.poll", "200");
        // Without a key it says so before anything else
        node.karaf()
                .setting("org.linkmoderation.api", "unsigned", true)
                .setting("org.linkmoderation.api", "port", Ports.free());
        node.karaf()
                .setting("org.linkmoderation.rest", "port", Ports.free())
                .setting(
                        "org.linkmoderation.rest",
                        "sender.token.default",
                        UUID.randomUUID().toString())
                .setting("org.linkmoderation.webhooks", "url.default", "https://example.org/hook")
                .setting("org.linkmoderation.webhooks", "secret.default", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .setting("org.linkmoderation.review.mail", "host", "127.0.0.1")
                .setting("org.linkmoderation.review.mail", "from", "moderation@example.org")
                .setting("org.linkmoderation.review.mail", "to", "desk@example.org");
        node.karaf().start();
        node.karaf()
                .shellOk("feature:install link-moderation-tracing link-moderation-api link-moderation-rest"
                        + " link-moderation-webhooks link-moderation-rescan link-moderation-review-mail");
        node.karaf().awaitReady();
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    static Stream<String> pids() {
        return ROWS.stream().map(Row::pid).distinct();
    }

    @Test
    void shouldKnowEveryKeyOfEveryFile() throws IOException {
        Set<String> keys = new TreeSet<>();
        try (Stream<Path> files = Files.list(FILES)) {
            files.filter(file -> file.getFileName().toString().matches("org\\.linkmoderation\\..*\\.cfg"))
                    .forEach(file -> keys.addAll(keys(file)));
        }

        Set<String> known = new TreeSet<>(FREE.keySet());
        ROWS.forEach(row -> known.add(row.pid() + " " + row.key()));

        assertThat(known).isEqualTo(keys);
    }

    @ParameterizedTest
    @MethodSource("pids")
    void shouldSayOfEachKeyWhatIsWrongWithItsValue(String pid) throws Exception {
        Path file = node.karaf().base().resolve("etc/org.linkmoderation." + pid + ".cfg");
        String before = Folders.read(file);
        Map<String, String> silent = new TreeMap<>();
        for (Row row : ROWS) {
            if (row.pid().equals(pid)) {
                int logged = node.karaf().log().length();
                if (!isSaid(row, file, before)) {
                    silent.put(row.toString(), newLog(logged));
                }
                if (row.isSecret()) {
                    assertThat(newLog(logged)).doesNotContain(row.wrong());
                }
            }
        }
        Folders.write(file, before);

        assertThat(silent).as("what was logged instead of a sentence").isEmpty();
        node.karaf().awaitReady();
    }

    private static boolean isSaid(Row row, Path file, String before) {
        Folders.write(file, before);
        int logged = node.karaf().log().length();
        node.karaf().setting("org.linkmoderation." + row.pid(), row.key(), row.wrong());
        try {
            node.karaf()
                    .await(
                            "the sentence about " + row,
                            SAID,
                            () -> newLog(logged).lines().anyMatch(row::isIn));
            return true;
        } catch (AssertionError e) {
            LOG.warn("Nothing was said of {}", row, e);
            return false;
        }
    }

    private static Set<String> keys(Path file) {
        String pid = file.getFileName().toString().replaceAll("org\\.linkmoderation\\.(.*)\\.cfg", "$1");
        try {
            return KEY.matcher(Files.readString(file))
                    .results()
                    .map((MatchResult match) -> pid + " " + match.group(1))
                    .map(key -> key.replaceFirst(" environment\\..*", " environment.*"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String newLog(int from) {
        return node.karaf().log().substring(from);
    }
}
