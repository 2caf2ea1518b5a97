package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.testkit.ScriptedLambda;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Many requests at once: a container that dies in the middle of a file, and a function that can't keep up. */
class DroppedFileIT {

    private static final Logger LOG = LoggerFactory.getLogger(DroppedFileIT.class);

    /** More than are sent before the first of them is executed. */
    private static final int LINES = 3_000;

    private static final int CONSUMERS = 16;
    private static final int THROTTLED = 6 * CONSUMERS;
    private static final int DYNAMODB_BATCH = 25;

    @Test
    void shouldExecuteEachLineOnceThoughTheContainerDiesInTheMiddleOfTheFile() throws Exception {
        try (Site site = new Site("dropped", 1).start()) {
            putLinks(site.links());
            String file = IntStream.rangeClosed(1, LINES)
                    .mapToObj(i -> request("dropped" + i))
                    .collect(Collectors.joining());
            Path inbox = Site.inbox(site.node());

            Site.drop(site.node(), "dropped.jsonl", file);
            Awaitility.await("the first execution")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !site.lambda().calls("dropped1").isEmpty());
            site.node().kill();

            assertThat(inbox.resolve("dropped.jsonl"))
                    .as("killed in the middle")
                    .exists();
            int before = RecordedExecution.all(site.links()).size();
            site.node().launch().awaitReady();
            Awaitility.await("the file moved, the queue empty")
                    .atMost(Duration.ofMinutes(6))
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(() -> isEmpty(inbox) && site.messages().count(Messages.REQUESTS) == 0);

            Map<String, RecordedExecution> executions = RecordedExecution.all(site.links());
            assertThat(executions).hasSize(LINES);
            long resumed = 0;
            long scansRepeated = 0;
            for (int i = 1; i <= LINES; i++) {
                RecordedExecution execution = executions.get("dropped-" + i);
                assertThat(execution).as("execution of line %d", i).isNotNull();
                execution.checkHistory(3);
                assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
                assertThat(execution.count("ExecutionStarted")).isEqualTo(1);
                assertThat(site.links().item("dropped" + i).get("decisions").n())
                        .as("decisions by %s", execution)
                        .isEqualTo("1");
                resumed += execution.count("ExecutionResumed") > 0 ? 1 : 0;
                scansRepeated += site.lambda().calls("dropped" + i).size() > 1 ? 1 : 0;
            }
            assertThat(resumed).as("executions in flight at the kill").isLessThanOrEqualTo(CONSUMERS);
            assertThat(scansRepeated).as("links scanned twice").isLessThanOrEqualTo(CONSUMERS);
            assertThat(site.messages().count(Messages.DEAD_LETTERS))
                    .as("dead letters: a line that is sent again is no reuse of its name")
                    .isZero();
            LOG.info(
                    "A file of {} lines, {} recorded at the kill: {} resumed, {} links scanned twice",
                    LINES,
                    before,
                    resumed,
                    scansRepeated);
        }
    }

    @Test
    void shouldHoldNoThreadForAnExecutionThatLambdaThrottles() throws Exception {
        Site site = Site.shared();
        KarafNode node = site.node();
        String file = IntStream.rangeClosed(1, THROTTLED)
                .mapToObj(i -> {
                    String code = "throttled" + i;
                    site.links().putPending(code, url(code));
                    site.lambda()
                            .script(
                                    code,
                                    ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate Exceeded."),
                                    ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate Exceeded."),
                                    ScriptedLambda.returnsInputWith("safe", "true"));
                    return request(code);
                })
                .collect(Collectors.joining());
        long threadsBefore = ofRoutes(node);

        Site.drop(node, "throttled.jsonl", file);
        long mostRunning = 0;
        long mostThreads = 0;
        long ended;
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        do {
            List<RecordedExecution> seen = throttled(site);
            ended = seen.stream().filter(RecordedExecution::isEnded).count();
            mostRunning = Math.max(mostRunning, seen.size() - ended);
            mostThreads = Math.max(mostThreads, ofRoutes(node));
            assertThat(System.nanoTime()).as("%d of %d ended", ended, THROTTLED).isLessThan(deadline);
        } while (ended < THROTTLED);

        assertThat(throttled(site)).allMatch(execution -> execution.status().equals("SUCCEEDED"));
        assertThat(mostRunning).as("executions at once, most of which wait").isGreaterThan(2L * CONSUMERS);
        assertThat(mostThreads)
                .as("threads of the routes, %d before", threadsBefore)
                .isLessThanOrEqualTo(threadsBefore + 2L * CONSUMERS);
        LOG.info(
                "{} executions throttled twice: {} at once, threads of the routes {} before, {} at most",
                THROTTLED,
                mostRunning,
                threadsBefore,
                mostThreads);
    }

    private static List<RecordedExecution> throttled(Site site) {
        return RecordedExecution.all(site.links()).values().stream()
                .filter(execution -> execution.name().startsWith("throttled-"))
                .toList();
    }

    /** The threads of the Camel context, the consumers of the queue among them. */
    private static long ofRoutes(KarafNode node) {
        return node.threadNames().stream()
                .filter(name -> name.startsWith("moderation #"))
                .count();
    }

    private static String request(String code) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url(code) + "\"}\n";
    }

    private static String url(String code) {
        return "https://example.com/" + code;
    }

    private static void putLinks(Links links) {
        IntStream.rangeClosed(0, (LINES - 1) / DYNAMODB_BATCH).parallel().forEach(batch -> {
            List<WriteRequest> puts = IntStream.rangeClosed(
                            batch * DYNAMODB_BATCH + 1, Math.min(LINES, (batch + 1) * DYNAMODB_BATCH))
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(Links.item("dropped" + i, url("dropped" + i), "pending")))
                            .build())
                    .toList();
            links.client()
                    .batchWriteItem(request ->
                            request.requestItems(Map.of(links.tables().links(), puts)));
        });
    }

    private static boolean isEmpty(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
