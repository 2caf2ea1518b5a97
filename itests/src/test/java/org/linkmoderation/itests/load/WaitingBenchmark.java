package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.crash.Site;
import org.linkmoderation.testkit.ScriptedLambda;
import org.linkmoderation.testkit.ScriptedLambda.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Healthy links behind others that wait for their retry: from the message in the queue to the notice of the end, alone
 * and behind so many that the function throttles; and what the container holds while they wait. Run by
 * {@code bench/waiting}; not part of the build (its name does not end in IT).
 */
class WaitingBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingBenchmark.class);
    private static final List<Integer> WAITING = Arrays.stream(
                    System.getProperty("bench.waiting", "0,100,10000").split(","))
            .map(Integer::valueOf)
            .toList();
    private static final int HEALTHY = Integer.getInteger("bench.healthy", 200);
    private static final int CONSUMERS = 8;
    private static final int DYNAMODB_BATCH = 25;
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final String URL = "https://example.org/";
    private static final Step THROTTLED = ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate exceeded");

    private final Map<String, Long> ended = new ConcurrentHashMap<>();

    @Test
    void measure() throws Exception {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT, "%-10s %12s %12s %10s %10s%n", "waiting", "p50 ms", "p99 ms", "threads", "heap MB"));
        try (Site site = new Site("waiting", 1).forMeasurement()) {
            site.node()
                    .environment("EXTRA_JAVA_OPTS", "")
                    .setting("org.linkmoderation.moderation", "consumers", CONSUMERS)
                    .setting("org.linkmoderation.moderation", "retry.interval.seconds", 3600);
            site.start();
            try (AutoCloseable notices = site.messages().subscribe("moderation.notices", notice -> {
                try {
                    ended.put(notice.getStringProperty("ExecutionName"), System.nanoTime());
                } catch (JMSException e) {
                    throw new IllegalStateException(e);
                }
            })) {
                assertThat(notices).isNotNull();
                healthy(site, "warm", 2_000);
                int waiting = 0;
                for (int wanted : WAITING) {
                    throttle(site, waiting, wanted);
                    waiting = wanted;
                    List<Double> millis = healthy(site, "behind" + wanted + "-", HEALTHY);
                    table.append(String.format(
                            Locale.ROOT,
                            "%-10d %12.1f %12.1f %10d %10d%n",
                            wanted,
                            millis.get(millis.size() / 2),
                            millis.get(millis.size() * 99 / 100),
                            site.node().threadNames().size(),
                            heapMegabytes(site.node())));
                }
            }
        }
        LOG.info("Healthy links after waiting ones\n{}", table);
        Files.writeString(KarafNode.MODULE.resolve("target/waiting.txt"), table);
    }

    /** Has the function throttle links until so many wait for their retry. */
    private static void throttle(Site site, int from, int to) {
        List<String> names =
                IntStream.range(from, to).mapToObj(i -> "throttled" + i).toList();
        put(site.links(), names);
        names.forEach(name -> site.lambda().script(name, THROTTLED));
        names.forEach(name -> site.messages().request(name, name, URL + name));
        Awaitility.await(to + " to wait")
                .atMost(LONG)
                .until(() -> site.messages().count("moderation.requests") == 0);
    }

    /** Milliseconds from the message to the notice, one after the other, sorted. */
    private List<Double> healthy(Site site, String prefix, int count) {
        List<String> names = IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
        put(site.links(), names);
        List<Double> millis = new ArrayList<>();
        for (String name : names) {
            long sent = System.nanoTime();
            site.messages().request(name, name, URL + name);
            Awaitility.await(name)
                    .atMost(LONG)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> ended.containsKey(name));
            millis.add((ended.get(name) - sent) / 1e6);
        }
        Collections.sort(millis);
        return millis;
    }

    private static void put(Links links, List<String> names) {
        for (int first = 0; first < names.size(); first += DYNAMODB_BATCH) {
            List<WriteRequest> batch = names.subList(first, Math.min(first + DYNAMODB_BATCH, names.size())).stream()
                    .map(name -> WriteRequest.builder()
                            .putRequest(put -> put.item(Links.item(name, URL + name, "pending")))
                            .build())
                    .toList();
            links.client()
                    .batchWriteItem(request ->
                            request.requestItems(Map.of(links.tables().links(), batch)));
        }
    }

    private static long heapMegabytes(KarafNode node) throws IOException {
        try {
            node.mbeanServer().invoke(new ObjectName("java.lang:type=Memory"), "gc", new Object[0], new String[0]);
            CompositeData used = (CompositeData)
                    node.mbeanServer().getAttribute(new ObjectName("java.lang:type=Memory"), "HeapMemoryUsage");
            return (Long) used.get("used") / 1_048_576;
        } catch (JMException e) {
            throw new IllegalStateException("The container does not say what it uses", e);
        }
    }
}
