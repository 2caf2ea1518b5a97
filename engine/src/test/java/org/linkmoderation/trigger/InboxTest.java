package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.mock.MockComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.testkit.AnyObject;
import org.springframework.transaction.support.TransactionOperations;

/** The inbox in a real folder, polled without pauses; what it sends is caught before the broker. */
@Timeout(60)
class InboxTest {
    private static final Instant LONG_AGO = Instant.parse("2026-01-02T03:04:05.678Z");

    static final List<Arguments> BAD_FILES = List.of(
            Arguments.of("empty.json", "", "the file holds no request"),
            Arguments.of("blank.json", " \n", "the file holds no request"),
            Arguments.of("text.json", "code=a1", "not JSON, line 1 column"),
            Arguments.of("torn.json", "{\"code\":\"a1\"", "not JSON, line 1 column"),
            Arguments.of("nothing.json", "[]", "the file holds no request"),
            Arguments.of("second.json", "[{\"code\":\"a1\"},\n{\"kode\":\"a2\"}]", "line 2 column 1: the input has no"),
            Arguments.of("line.jsonl", "oops\n", "not JSON, line 1 column"),
            Arguments.of("text.txt", "code=a1\ncode=a2\n", "not JSON, line 1 column"),
            Arguments.of("torn-second.json", "{\n\"code\":\"a1\"\n}\n{\n\"code\":\"a2\"\n", "not JSON, line 6 column"),
            Arguments.of("twice.json", "{\"code\":\"a1\",\"code\":\"a2\"}", "not JSON, line 1 column"),
            Arguments.of("a b.json", "{\"code\":\"a1\"}", "the name of the file without its extension names the"),
            Arguments.of("a#b.json", "{\"code\":\"a1\"}", "the name of the file without its extension names the"),
            Arguments.of("a$b.json", "{\"code\":\"a1\"}", "the name of the file without its extension names the"),
            Arguments.of("x".repeat(81) + ".json", "{\"code\":\"a1\"}", "the name of the file without its extension"),
            Arguments.of(
                    "x".repeat(79) + ".json",
                    "[{\"code\":\"a1\"},{\"code\":\"a2\"}]",
                    "the name of the file without its extension"),
            Arguments.of(
                    "large.json",
                    "{\"code\":\"a1\",\"more\":[" + "0,".repeat(131_072) + "0]}",
                    "line 1 column 1: States.DataLimitExceeded: the input has"),
            Arguments.of("huge.json", "{\"code\":\"" + "x".repeat(10_000_000) + "\"}", "not JSON"));

    @TempDir
    private Path folder;

    private final CamelContext context = new DefaultCamelContext();
    private MockEndpoint queue;
    private Path inbox;

    @BeforeEach
    void start() throws Exception {
        inbox = folder.resolve("inbox");
        context.disableJMX();
        context.addComponent("requests", new MockComponent());
        queue = context.getEndpoint("requests:queue:moderation.requests", MockEndpoint.class);
        context.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
            if (endpoint instanceof FileEndpoint file) {
                file.setInitialDelay(0);
                file.setDelay(20);
                file.setBackoffMultiplier(0);
                file.setReadLockCheckInterval(10);
                file.setReadLockTimeout(50);
            }
            return endpoint;
        });
        context.addRoutes(new Inbox(
                new Requests(new AnyObject()),
                new RequestSender(
                        context.createProducerTemplate(),
                        TransactionOperations.withoutTransaction(),
                        "moderation.requests",
                        Clock.systemUTC()),
                new TriggerSettings("moderation.requests", 1, "notices", inbox.toFile(), Duration.ofHours(1)),
                "moderation.inbox",
                ExecutionType.STANDARD));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldSendTheRequestOfAFileAndNameItLikeTheFile() throws Exception {
        drop("my-link_1.json", "{\"code\": \"a1\", \"more\": [1.50, 0.1234567890123456789, 1e400]}");
        context.start();

        awaitEmptyInbox();

        Exchange request = queue.getExchanges().get(0);
        assertThat(queue.getExchanges()).hasSize(1);
        assertThat(request.getMessage().getBody(String.class))
                .isEqualTo("{\"code\":\"a1\",\"more\":[1.50,0.1234567890123456789,1E+400]}");
        assertThat(request.getMessage().getHeaders())
                .containsEntry("ExecutionName", "my-link_1")
                .containsEntry("RequestId", "file:my-link_1.json:" + LONG_AGO.toEpochMilli() + ":1")
                .containsEntry("ExecutionType", "STANDARD")
                .containsEntry("Redrive", false);
    }

    @Test
    void shouldMoveAGoodFileAside() throws Exception {
        drop("good.json", "{\"code\":\"a1\"}");
        context.start();

        awaitEmptyInbox();

        assertThat(files("done")).hasSize(1).first().asString().matches("2026010\\d-\\d{6}-678-good\\.json");
        assertThat(folder.resolve("failed")).doesNotExist();
        assertThat(folder.resolve("done").resolve(files("done").get(0))).hasContent("{\"code\":\"a1\"}");
    }

    @Test
    void shouldNumberTheRequestsOfAnArray() throws Exception {
        drop("batch.json", "[{\"code\":\"a1\"},{\"code\":\"a2\"},{\"code\":\"a3\"}]");
        context.start();

        awaitEmptyInbox();

        assertThat(sent("ExecutionName")).containsExactly("batch-1", "batch-2", "batch-3");
        assertThat(sent("RequestId")).doesNotHaveDuplicates().allMatch(id -> id.startsWith("file:batch.json:"));
    }

    @Test
    void shouldNumberTheRequestsOfLines() throws Exception {
        drop(
                "batch.jsonl",
                IntStream.rangeClosed(1, 1_000)
                        .mapToObj(i -> "{\"code\":\"c" + i + "\"}\n")
                        .reduce("", String::concat));
        context.start();

        awaitEmptyInbox();

        assertThat(sent("ExecutionName")).hasSize(1_000).doesNotHaveDuplicates().contains("batch-1", "batch-1000");
    }

    @Test
    void shouldTakeAFileWithoutAnExtension() throws Exception {
        drop("request", "{\"code\":\"a1\"}");
        context.start();

        awaitEmptyInbox();

        assertThat(sent("ExecutionName")).containsExactly("request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.2", "prüfung-検査", "a!()@=+'b"})
    void shouldTakeANameAsWideAsThoseOfStepFunctions(String name) throws Exception {
        drop(name + ".json", "{\"code\":\"a1\"}");
        context.start();

        awaitEmptyInbox();

        assertThat(sent("ExecutionName")).containsExactly(name);
        assertThat(files("done")).hasSize(1).first().asString().endsWith("-" + name + ".json");
    }

    @ParameterizedTest
    @FieldSource("BAD_FILES")
    void shouldMoveABadFileAsideWithTheReason(String name, String content, String reason) throws Exception {
        drop(name, content);
        context.start();

        awaitEmptyInbox();

        assertThat(queue.getExchanges()).as("of a bad file nothing is sent").isEmpty();
        List<String> failed = files("failed");
        assertThat(failed).hasSize(2);
        assertThat(failed.get(0)).endsWith("-" + name);
        assertThat(failed.get(1)).isEqualTo(failed.get(0) + ".error");
        assertThat(Files.readString(folder.resolve("failed").resolve(failed.get(1))))
                .startsWith(name + ": " + reason)
                .endsWith("\n")
                .hasSizeLessThan(400)
                .hasLineCount(1);
        assertThat(folder.resolve("done")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"lines.jsonl", "lines.ndjson", "lines.json", "lines"})
    void shouldNotLoseTheLinesAroundABrokenOne(String name) throws Exception {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("{\"code\":\"a1\"}\n\r\noops\n{\"kode\":\"a3\"}\r\n".getBytes(StandardCharsets.UTF_8));
        content.writeBytes("{\"code\":\"ä\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        content.writeBytes(("{\"code\":\"" + "x".repeat(2_000_000) + "\"}\n").getBytes(StandardCharsets.UTF_8));
        content.writeBytes("{\"code\":\"a6\"} {\"code\":\"a7\"}\n{\"code\":\"a8\"}".getBytes(StandardCharsets.UTF_8));
        drop(Files.write(folder.resolve(name), content.toByteArray()));
        context.start();

        awaitEmptyInbox();

        assertThat(sent("ExecutionName")).containsExactly("lines-1", "lines-7");
        assertThat(bodies()).containsExactly("{\"code\":\"a1\"}", "{\"code\":\"a8\"}");
        assertThat(files("done")).hasSize(1).first().asString().endsWith("-" + name);
        Path broken = folder.resolve("failed").resolve(files("done").get(0));
        assertThat(files("failed")).containsExactly(broken.getFileName().toString(), broken.getFileName() + ".error");
        assertThat(Files.readAllLines(broken, StandardCharsets.ISO_8859_1))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("oops"),
                        line -> assertThat(line).isEqualTo("{\"kode\":\"a3\"}"),
                        line -> assertThat(line).isEqualTo("{\"code\":\"ä\"}"),
                        line -> assertThat(line).startsWith("{\"code\":\"xx").hasSize(RequestLines.MAX_LINE_BYTES),
                        line -> assertThat(line).isEqualTo("{\"code\":\"a6\"} {\"code\":\"a7\"}"));
        assertThat(Files.readAllLines(folder.resolve("failed").resolve(broken.getFileName() + ".error")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith(name + ": not JSON, line 3 column 1: "),
                        line -> assertThat(line).isEqualTo(name + ": line 4: the input has no 'code'"),
                        line -> assertThat(line).isEqualTo(name + ": line 5 is no text in UTF-8; expected JSON"),
                        line -> assertThat(line).startsWith(name + ": line 6 has more than 1048576 bytes; expected"),
                        line -> assertThat(line)
                                .startsWith(name + ": there is more after the JSON document, line 7 column"));
    }

    @Test
    void shouldMoveAFileWithoutAGoodLineAside() throws Exception {
        drop("bad.jsonl", "oops\n{\"kode\":\"a1\"}\n");
        context.start();

        awaitEmptyInbox();

        assertThat(queue.getExchanges()).isEmpty();
        assertThat(folder.resolve("done")).doesNotExist();
        assertThat(files("failed")).hasSize(2);
        assertThat(folder.resolve("failed").resolve(files("failed").get(0))).hasContent("oops\n{\"kode\":\"a1\"}\n");
        assertThat(Files.readAllLines(
                        folder.resolve("failed").resolve(files("failed").get(1))))
                .hasSize(2);
    }

    @Test
    void shouldMoveABinaryFileAside() throws Exception {
        byte[] binary = new byte[10_000];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = (byte) (i * 31);
        }
        Path file = Files.write(folder.resolve("binary.json"), binary);
        drop(file);
        context.start();

        awaitEmptyInbox();

        assertThat(files("failed")).hasSize(2);
    }

    @Test
    void shouldGoOnBehindABadFile() throws Exception {
        drop("a-bad.json", "oops");
        drop("b-good.json", "{\"code\":\"a1\"}");
        context.start();

        awaitEmptyInbox();

        assertThat(sent("ExecutionName")).containsExactly("b-good");
    }

    @Test
    void shouldNotReadAFileThatMayStillBeWritten() throws Exception {
        Files.createDirectories(inbox);
        Path young = Files.writeString(inbox.resolve("a-young.json"), "{\"code\":\"a1\"}");
        drop("b-old.json", "{\"code\":\"a2\"}");
        context.start();
        await().until(() -> sent("ExecutionName").contains("b-old"));

        drop("c-old.json", "{\"code\":\"a3\"}");
        await().until(() -> sent("ExecutionName").contains("c-old"));

        assertThat(young).exists();
        assertThat(sent("ExecutionName")).containsExactly("b-old", "c-old");
    }

    @Test
    void shouldLeaveAFileWhoseRequestsTheBrokerDoesNotTake() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        queue.whenAnyExchangeReceived(exchange -> {
            if (away.get() && exchange.getMessage().getHeader("ExecutionName").equals("batch-2")) {
                throw new IllegalStateException("The broker is down");
            }
        });
        Path file = drop("batch.json", "[{\"code\":\"a1\"},{\"code\":\"a2\"}]");
        context.start();
        await().until(() -> queue.getReceivedCounter() >= 5);
        assertThat(file).exists();
        away.set(false);

        awaitEmptyInbox();

        assertThat(sent("ExecutionName").subList(0, 4)).containsExactly("batch-1", "batch-2", "batch-1", "batch-2");
        List<String> ids = sent("RequestId");
        assertThat(ids.subList(2, 4)).as("so that they are executed once").isEqualTo(ids.subList(0, 2));
        assertThat(files("done")).hasSize(1);
        assertThat(folder.resolve("failed")).doesNotExist();
    }

    @Test
    void shouldGiveAFileThatIsDroppedAnewOtherIds() throws Exception {
        drop("link.json", "{\"code\":\"a1\"}");
        context.start();
        awaitEmptyInbox();

        Path again = Files.writeString(folder.resolve("link.json"), "{\"code\":\"a1\"}");
        Files.setLastModifiedTime(again, FileTime.from(LONG_AGO.plusSeconds(1)));
        Files.move(again, inbox.resolve("link.json"), StandardCopyOption.ATOMIC_MOVE);
        awaitEmptyInbox();

        assertThat(sent("RequestId")).hasSize(2).doesNotHaveDuplicates();
        assertThat(files("done")).hasSize(2);
    }

    @Test
    void shouldLeaveHiddenFilesAndFoldersAlone() throws Exception {
        Path hidden = drop(".hidden.json", "{\"code\":\"a1\"}");
        Path nested = Files.createDirectories(inbox.resolve("nested")).resolve("nested.json");
        Files.writeString(nested, "{\"code\":\"a1\"}");
        Files.setLastModifiedTime(nested, FileTime.from(LONG_AGO));
        drop("last.json", "{\"code\":\"a1\"}");
        context.start();

        await().until(() -> sent("ExecutionName").contains("last"));

        assertThat(hidden).exists();
        assertThat(nested).exists();
        assertThat(sent("ExecutionName")).containsExactly("last");
    }

    /** Puts a file into the inbox in one go, as senders should. */
    private Path drop(String name, String content) throws IOException {
        return drop(Files.writeString(folder.resolve(name), content));
    }

    private Path drop(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
        Files.createDirectories(inbox);
        return Files.move(file, inbox.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitEmptyInbox() {
        await().atMost(Duration.ofSeconds(30)).until(() -> files("inbox").isEmpty());
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<String> bodies() {
        return queue.getExchanges().stream()
                .map(exchange -> exchange.getMessage().getBody(String.class))
                .toList();
    }

    private List<String> sent(String header) {
        return queue.getExchanges().stream()
                .map(exchange -> exchange.getMessage().getHeaders())
                .map((Map<String, Object> headers) -> headers.get(header).toString())
                .toList();
    }
}
