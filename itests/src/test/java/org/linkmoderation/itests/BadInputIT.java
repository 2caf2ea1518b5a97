package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returns;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQMapMessage;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.activemq.command.ActiveMQObjectMessage;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes in that can never become an execution is kept as it came, with the reason beside it: a message in the
 * dead-letter queue, a file in the folder {@code failed}. Links that do not exist or do not wait are cases of
 * {@link ConformanceIT}, services that are away of {@link OutageIT}, settings of {@link SettingsIT}.
 */
class BadInputIT {

    /** Names the case in the dead letter, whatever else the message has. */
    private static final String CASE = "TestCase";

    private static final String URL = "https://example.org/bad-input";
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
    }

    static Stream<Arguments> badTexts() {
        return Stream.of(
                text("not-json", "moderate example.org, please", "not JSON"),
                text("cut-off", "{\"code\":\"a\",\"url\":\"https:", "not JSON"),
                text("empty", "", "the text is empty", "expected a JSON object"),
                text("blank", " \n\t", "the text is empty"),
                text("two-documents", json("a", URL) + json("b", URL), "more after the JSON document"),
                text("array", "[" + json("a", URL) + "]", "JSON array", "expected an object"),
                text("null", "null", "JSON null", "expected an object"),
                text("no-code", "{\"url\":\"" + URL + "\"}", "no 'code'"),
                text("no-url", "{\"code\":\"a\"}", "no 'url'"),
                text("code-of-another-type", "{\"code\":7,\"url\":\"" + URL + "\"}", "'code' is a JSON number"),
                text("url-twice", "{\"code\":\"a\",\"url\":\"" + URL + "\",\"url\":\"https://b/\"}", "not JSON", "url"),
                text("code-with-slash", json("a/b", URL), "'code' is 'a/b'", "expected 1 to 64 characters"),
                text("code-empty", json("", URL), "'code' is ''"),
                text("code-too-long", json("c".repeat(65), URL), "'code' is 'ccc", "expected 1 to 64 characters"),
                text("url-empty", json("a", ""), "'url' has 0 characters"),
                text("url-too-long", json("a", longUrl(2_049)), "'url' has 2049 characters", "1 to 2048"),
                text("deep", "[".repeat(5_000), "not JSON"),
                text("payload-over-the-limit", padded(262_145), "States.DataLimitExceeded", "262145 bytes"),
                text("a-megabyte", padded(1_000_000), "States.DataLimitExceeded", "1000000 bytes"));
    }

    private static Arguments text(String name, String text, String... reason) {
        return Arguments.of(name, text, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTexts")
    void shouldKeepATextMessageThatIsNoRequestAsADeadLetterWithTheReason(String name, String text, String... reason)
            throws JMSException {
        node.messages().send(Messages.REQUESTS, text, Map.of(CASE, name));

        Message letter = deadLetter(name);
        assertThat(letter.getStringProperty("DeadLetterReason"))
                .contains(reason)
                .hasSizeLessThan(400);
        assertThat(((TextMessage) letter).getText()).isEqualTo(text);
    }

    static Stream<Arguments> badProperties() {
        return Stream.of(
                Arguments.of("name-with-a-space", "ExecutionName", "a b", "ExecutionName is 'a b'"),
                Arguments.of("name-with-a-path", "ExecutionName", "../../etc", "ExecutionName is '../../etc'"),
                Arguments.of("name-empty", "ExecutionName", "", "expected 1 to 80 characters"),
                Arguments.of("name-too-long", "ExecutionName", "n".repeat(81), "expected 1 to 80 characters"),
                Arguments.of("type-unknown", "ExecutionType", "FAST", "expected STANDARD or EXPRESS"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badProperties")
    void shouldKeepAMessageWithAWrongPropertyAsADeadLetterWithTheReason(
            String name, String property, String value, String reason) throws JMSException {
        node.messages().send(Messages.REQUESTS, json("bad-property", URL), Map.of(CASE, name, property, value));

        Message letter = deadLetter(name);
        assertThat(letter.getStringProperty("DeadLetterReason")).contains(reason);
        assertThat(letter.getStringProperty(property)).isEqualTo(value);
        assertThat(((TextMessage) letter).getText()).isEqualTo(json("bad-property", URL));
    }

    @Test
    void shouldKeepAnObjectMessageByteForByteWithoutReadingIt() throws Exception {
        Unknown object = new Unknown("of a class that the container does not have");

        node.messages().sendObject(Messages.REQUESTS, object, Map.of(CASE, "object"));

        ActiveMQMessage letter = (ActiveMQMessage) deadLetter("object");
        assertThat(letter.getStringProperty("DeadLetterReason")).contains("ObjectMessage", "expected a TextMessage");
        ActiveMQObjectMessage sent = new ActiveMQObjectMessage();
        sent.setObject(object);
        sent.storeContent();
        assertThat(bytes(letter.getContent())).isEqualTo(bytes(sent.getContent()));
    }

    @Test
    void shouldKeepAMapMessageByteForByte() throws Exception {
        Map<String, String> entries = new LinkedHashMap<>(Map.of("code", "of-a-map", "url", URL));

        node.messages().sendMap(Messages.REQUESTS, entries, Map.of(CASE, "map"));

        ActiveMQMapMessage letter = (ActiveMQMapMessage) deadLetter("map");
        assertThat(letter.getStringProperty("DeadLetterReason")).contains("MapMessage", "expected a TextMessage");
        byte[] kept = bytes(letter.getContent());
        ActiveMQMapMessage sent = new ActiveMQMapMessage();
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            sent.setString(entry.getKey(), entry.getValue());
        }
        sent.storeContent();
        assertThat(kept).isEqualTo(bytes(sent.getContent()));
    }

    @Test
    void shouldKeepAStreamMessageAndAMessageWithoutABody() throws JMSException {
        node.messages().sendStream(Messages.REQUESTS, "a stream", Map.of(CASE, "stream"));
        node.messages().sendEmpty(Messages.REQUESTS, Map.of(CASE, "no-body"));

        assertThat(deadLetter("stream").getStringProperty("DeadLetterReason"))
                .contains("StreamMessage", "expected a TextMessage");
        assertThat(deadLetter("no-body").getStringProperty("DeadLetterReason")).contains("expected a TextMessage");
    }

    @Test
    void shouldKeepBytesThatAreNoTextByteForByte() throws Exception {
        byte[] binary = randomBytes(100_000);

        node.messages().sendBytes(Messages.REQUESTS, binary, Map.of(CASE, "binary"));

        ActiveMQBytesMessage letter = (ActiveMQBytesMessage) deadLetter("binary");
        assertThat(letter.getStringProperty("DeadLetterReason")).contains("no text in UTF-8");
        assertThat(bytes(letter.getContent())).isEqualTo(binary);
    }

    @Test
    void shouldRunARequestWithTheLongestUrlAndTheLargestInput() {
        String url = longUrl(2_048);
        node.links().putPending("longest", url);
        node.lambda().script("longest", returns("{\"safe\":true}"));
        String start = "{\"code\":\"longest\",\"url\":\"" + url + "\",\"more\":\"";

        node.messages()
                .send(
                        Messages.REQUESTS,
                        start + "m".repeat(262_144 - start.length() - 2) + "\"}",
                        Map.of("ExecutionName", "longest"));

        assertThat(node.awaitEnd("longest").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.links().status("longest")).isEqualTo("active");
    }

    static Stream<Arguments> badFiles() {
        String good = json("never-sent", URL) + "\n";
        return Stream.of(
                file("not-json.json", "moderate example.org, please", "not JSON, line 1 column"),
                file("empty.json", "", "the file holds no request"),
                file("blank.json", "\n\n", "the file holds no request"),
                file("empty-array.json", "[]", "the file holds no request"),
                file("scalar.json", "42", "JSON number", "expected an object"),
                file(
                        "third.json",
                        "[" + good + "," + good + "," + json("a/b", URL) + "]",
                        "line 3 column 2",
                        "'code' is 'a/b'"),
                file("cut-off.json", "[" + json("never-sent", URL) + ",", "not JSON"),
                file("url-too-long.json", json("never-sent", longUrl(2_049)), "'url' has 2049 characters"),
                file("name with spaces.json", good, "name of the file", "'name with spaces'"),
                file("binary.json", randomBytes(100_000), "no text in UTF-8"),
                file("ten-megabytes.json", padded(TEN_MEGABYTES).getBytes(StandardCharsets.UTF_8), "not JSON"));
    }

    private static Arguments file(String name, String text, String... reason) {
        return file(name, text.getBytes(StandardCharsets.UTF_8), reason);
    }

    private static Arguments file(String name, byte[] content, String... reason) {
        return Arguments.of(name, content, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFiles")
    void shouldMoveABadFileAsideWithTheReasonBesideIt(String name, byte[] content, String... reason)
            throws IOException {
        node.drop(name, content);

        Path failed = node.awaitMoved(name, "failed");
        assertThat(failed).hasBinaryContent(content);
        Path error = failed.resolveSibling(failed.getFileName() + ".error");
        assertThat(error).content().startsWith(name + ": ").contains(reason).hasSizeLessThan(500);
        assertThat(node.find(name, "done")).isEmpty();
        assertThat(node.lambda().calls("never-sent"))
                .as("executions of a file that was refused")
                .isEmpty();
    }

    @Test
    void shouldExecuteTheLinesAroundABrokenOne() throws IOException {
        node.links().putPending("around-1", URL);
        node.links().putPending("around-2", URL);

        node.drop(
                "around.jsonl",
                (json("around-1", URL) + "\noops\n" + json("a/b", URL) + "\n" + json("around-2", URL) + "\n")
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(node.awaitEnd("around-1").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.awaitEnd("around-4").path("status").asText()).isEqualTo("SUCCEEDED");
        node.awaitMoved("around.jsonl", "done");
        Path broken = node.awaitMoved("around.jsonl", "failed");
        assertThat(broken).hasContent("oops\n" + json("a/b", URL) + "\n");
        assertThat(broken.resolveSibling(broken.getFileName() + ".error"))
                .content()
                .contains("around.jsonl: not JSON, line 2 column 1", "around.jsonl: line 3: 'code' is 'a/b'");
    }

    @Test
    void shouldReadAFileOfTenMegabytesThatHoldsGoodRequests() {
        node.links().putPending("in-ten-megabytes", URL);
        byte[] content = new byte[TEN_MEGABYTES];
        Arrays.fill(content, (byte) ' ');
        byte[] request = json("in-ten-megabytes", URL).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(request, 0, content, TEN_MEGABYTES - request.length, request.length);

        node.drop("large.json", content);

        assertThat(node.awaitEnd("large").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.awaitMoved("large.json", "done")).hasSize(TEN_MEGABYTES);
    }

    private static Message deadLetter(String name) {
        return node.awaitDeadLetter(CASE + " = '" + name + "'");
    }

    private static String json(String code, String url) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url + "\"}";
    }

    private static String longUrl(int characters) {
        return "https://example.org/" + "u".repeat(characters - 20);
    }

    private static String padded(int bytes) {
        String start = "{\"code\":\"a\",\"url\":\"" + URL + "\",\"more\":\"";
        return start + "m".repeat(bytes - start.length() - 2) + "\"}";
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(ByteSequence sequence) {
        return Arrays.copyOfRange(
                sequence.getData(), sequence.getOffset(), sequence.getOffset() + sequence.getLength());
    }

    /** Nothing that the container could load. */
    private record Unknown(String text) implements Serializable {}
}
