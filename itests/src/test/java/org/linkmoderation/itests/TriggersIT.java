package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.returnsInputWith;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes an execution, and by what name, whichever way it comes in. */
class TriggersIT {

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = ModerationNode.shared();
    }

    @Test
    void shouldRunAFileWithAnObjectAsTheExecutionOfTheFilesName() throws IOException {
        node.links().putPending("drop-object", "https://example.org/drop-object");
        byte[] content = json("drop-object").getBytes(StandardCharsets.UTF_8);

        node.drop("object_1.json", content);

        assertThat(node.awaitEnd("object_1").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.links().status("drop-object")).isEqualTo("active");
        assertThat(node.awaitMoved("object_1.json", "done")).hasBinaryContent(content);
    }

    @Test
    void shouldRunEachElementOfAnArrayInOrderUnderANumberOfItsOwn() {
        putPending("array-1", "array-2", "array-3");

        node.drop(
                "list.json",
                ("[" + json("array-1") + ",\n" + json("array-2") + "," + json("array-3") + "]\n")
                        .getBytes(StandardCharsets.UTF_8));

        for (int number = 1; number <= 3; number++) {
            JsonNode execution = node.awaitEnd("list-" + number);
            assertThat(execution.path("input").path("code").asText()).isEqualTo("array-" + number);
            assertThat(execution.path("status").asText()).isEqualTo("SUCCEEDED");
        }
        node.awaitMoved("list.json", "done");
    }

    @Test
    void shouldRunEachLineOfAFileOfJsonLinesUnderANumberOfItsOwn() {
        putPending("line-1", "line-2");

        node.drop("lines.jsonl", (json("line-1") + "\n\n" + json("line-2")).getBytes(StandardCharsets.UTF_8));

        assertThat(node.awaitEnd("lines-1").path("input").path("code").asText()).isEqualTo("line-1");
        assertThat(node.awaitEnd("lines-2").path("input").path("code").asText()).isEqualTo("line-2");
        node.awaitMoved("lines.jsonl", "done");
    }

    @Test
    void shouldReadAFileOnlyWhenItsWriterHasFinished() throws Exception {
        putPending("slow-1", "slow-2");
        Path file = node.inbox().resolve("slow.jsonl");
        // Whole JSON after the first piece, so that a reader who comes too early would see nothing wrong
        byte[] first = (json("slow-1") + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] blanks = " ".repeat(10).getBytes(StandardCharsets.UTF_8);
        byte[] last = json("slow-2").getBytes(StandardCharsets.UTF_8);
        int pieces = 40; // for four seconds, where the file's age has to be one
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Void> finished = new CompletableFuture<>();
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        try {
            writer.scheduleAtFixedRate(
                    () -> {
                        try {
                            int piece = written.getAndIncrement();
                            byte[] content = piece == 0 ? first : piece < pieces ? blanks : last;
                            StandardOpenOption option =
                                    piece == 0 ? StandardOpenOption.CREATE_NEW : StandardOpenOption.WRITE;
                            Files.write(file, content, option, StandardOpenOption.APPEND);
                            if (piece == pieces) {
                                finished.complete(null);
                                throw new IllegalStateException("Nothing more to write");
                            }
                        } catch (IOException e) {
                            finished.completeExceptionally(e); // the file was taken away from its writer
                            throw new IllegalStateException(e);
                        }
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
            finished.get(60, TimeUnit.SECONDS);
        } finally {
            writer.shutdownNow();
        }

        Path done = node.awaitMoved("slow.jsonl", "done");
        assertThat(done).hasSize(first.length + (pieces - 1L) * blanks.length + last.length);
        assertThat(node.awaitEnd("slow-1").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.awaitEnd("slow-2").path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void shouldRunATextMessageAsTheExecutionThatItsPropertyNames() {
        putPending("jms-text");

        node.messages().send(Messages.REQUESTS, json("jms-text"), Map.of("ExecutionName", "named-by-property"));

        JsonNode execution = node.awaitEnd("named-by-property");
        assertThat(execution.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.links().attribute("jms-text", "moderatedBy")).isEqualTo("named-by-property");
    }

    @Test
    void shouldRunABytesMessageOfUtf8() {
        node.links().putPending("jms-bytes", "https://example.org/für");
        byte[] bytes = "{\"code\":\"jms-bytes\",\"url\":\"https://example.org/für\"}".getBytes(StandardCharsets.UTF_8);

        node.messages().sendBytes(Messages.REQUESTS, bytes, Map.of("ExecutionName", "of-bytes"));

        assertThat(node.awaitEnd("of-bytes").path("input").path("url").asText()).isEqualTo("https://example.org/für");
        assertThat(node.links().status("jms-bytes")).isEqualTo("active");
    }

    @Test
    void shouldGenerateTheNameOfAnExecutionThatItsSenderDidNotName() {
        putPending("jms-unnamed");

        node.messages().send(Messages.REQUESTS, json("jms-unnamed"));

        awaitStatus("jms-unnamed", "active");
        String name = node.links().attribute("jms-unnamed", "moderatedBy");
        assertThat(name).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(node.awaitEnd(name).path("status").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void shouldTakeASecondRequestOfTheSameNameAndInputAsTheExecutionThatRuns() {
        putPending("twice");
        CountDownLatch release = holdCheckSafety("twice");
        node.messages().request("twice", "twice", url("twice"));
        awaitCalls("twice", 1);

        node.messages().request("twice", "twice", url("twice"));
        node.karaf()
                .await(
                        "the end of the second request",
                        ModerationNode.EXECUTION,
                        () -> node.messages()
                                        .browse(Messages.REQUESTS, "ExecutionName = 'twice'")
                                        .size()
                                == 1);
        release.countDown();

        assertThat(node.awaitEnd("twice").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.lambda().calls("twice")).hasSize(1);
        assertThat(node.messages().browse(Messages.DEAD_LETTERS, "ExecutionName = 'twice'"))
                .isEmpty();
    }

    @Test
    void shouldRefuseTheNameOfARunningExecutionForAnotherInput() throws Exception {
        putPending("taken");
        CountDownLatch release = holdCheckSafety("taken");
        node.messages().request("taken", "taken", url("taken"));
        awaitCalls("taken", 1);

        node.messages().request("taken", "other", url("other"));

        assertThat(node.awaitDeadLetter("ExecutionName = 'taken'").getStringProperty("DeadLetterReason"))
                .contains("ExecutionAlreadyExists", "'taken'", "running with another input");
        release.countDown();
        assertThat(node.awaitEnd("taken").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.lambda().calls("other")).isEmpty();
    }

    @Test
    void shouldRefuseTheNameOfAnExecutionThatHasEndedForTheSameInputToo() throws Exception {
        putPending("ended");
        node.messages().request("ended", "ended", url("ended"));
        node.awaitEnd("ended");

        node.messages().request("ended", "ended", url("ended"));

        assertThat(node.awaitDeadLetter("ExecutionName = 'ended'").getStringProperty("DeadLetterReason"))
                .contains("ExecutionAlreadyExists", "'ended'", "SUCCEEDED");
        assertThat(node.lambda().calls("ended")).hasSize(1);
    }

    @Test
    void shouldPassFurtherMembersOfTheInputOnToTheFunction() {
        putPending("more");

        node.messages()
                .send(
                        Messages.REQUESTS,
                        "{\"code\":\"more\",\"owner\":{\"id\":7},\"url\":\"" + url("more") + "\"}",
                        Map.of("ExecutionName", "more"));

        JsonNode execution = node.awaitEnd("more");
        assertThat(execution.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(execution.path("input").path("owner").path("id").asInt()).isEqualTo(7);
        assertThat(node.lambda()
                        .calls("more")
                        .get(0)
                        .input()
                        .path("owner")
                        .path("id")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void shouldStripHeadersThatWouldSteerTheRoutes() {
        putPending("steered", "victim");

        node.messages()
                .send(
                        Messages.REQUESTS,
                        json("steered"),
                        Map.of(
                                "ExecutionName",
                                "steered",
                                "CamelAwsDdbTableName",
                                "other-table",
                                "CamelAwsLambdaFunction",
                                "OtherFunction",
                                "CamelJmsDestinationName",
                                "other.queue"));

        assertThat(node.awaitEnd("steered").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(node.links().status("steered")).isEqualTo("active");
        assertThat(node.lambda().calls("steered"))
                .extracting(FunctionEndpoint.Call::function)
                .containsExactly("ModerateCheck");
    }

    private static CountDownLatch holdCheckSafety(String code) {
        CountDownLatch release = new CountDownLatch(1);
        Duration longest = Duration.ofSeconds(ModerationNode.CHECK_SAFETY_TIMEOUT_SECONDS);
        node.lambda()
                .script(
                        code,
                        returnsInputWith("safe", "true")
                                .after(() -> release.await(longest.toMillis(), TimeUnit.MILLISECONDS)));
        return release;
    }

    private static void awaitCalls(String code, int calls) {
        node.karaf()
                .await(
                        calls + " calls for link " + code,
                        ModerationNode.EXECUTION,
                        () -> node.lambda().calls(code).size() == calls);
    }

    private static void awaitStatus(String code, String status) {
        node.karaf()
                .await(
                        "status " + status + " of link " + code,
                        ModerationNode.EXECUTION,
                        () -> status.equals(node.links().status(code)));
    }

    private static void putPending(String... codes) {
        List.of(codes).forEach(code -> node.links().putPending(code, url(code)));
    }

    private static String json(String code) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url(code) + "\"}";
    }

    private static String url(String code) {
        return "https://example.org/" + code;
    }
}
