package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.openmbean.CompositeData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.crash.Site;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Drops 100,000 requests at once, as files in one folder and as one file of JSON lines, and finds all of them executed,
 * with the memory that the containers took. Run by {@code bench/drop}; not part of the build (its name does not end in
 * IT). {@code -Dload.nodes} is the number of containers that take them from the queue; with {@code -Dload.kill} the
 * first of them is killed when half is done, and started again.
 *
 * <p>{@code -Dit.test=LoadRun#shouldTakeAFileOfLines} runs one of the two. The figures are printed, and appended to
 * {@code target/load-run.txt}.
 */
class LoadRun {

    private static final Logger LOG = LoggerFactory.getLogger(LoadRun.class);
    private static final int REQUESTS = Integer.getInteger("load.requests", 100_000);
    private static final int NODES = Integer.getInteger("load.nodes", 1);
    private static final boolean KILLS = Boolean.getBoolean("load.kill");
    /** A container that does less than this in a second is taken for one that stands still. */
    private static final int LEAST_PER_SECOND = 15;

    private static final int DYNAMODB_BATCH = 25;

    @Test
    void shouldTakeAFolderOfFiles() throws Exception {
        try (Site site = site("load-files")) {
            run(site, "one folder of " + REQUESTS + " files", REQUESTS, folder -> {
                for (int i = 1; i <= REQUESTS; i++) {
                    Files.writeString(folder.resolve("load-" + i + ".json"), request(i));
                }
            });
        }
    }

    @Test
    void shouldTakeAFileOfLines() throws Exception {
        try (Site site = site("load-lines")) {
            run(site, "one file of " + REQUESTS + " lines", 1, folder -> {
                try (BufferedWriter lines = Files.newBufferedWriter(folder.resolve("load.jsonl"))) {
                    for (int i = 1; i <= REQUESTS; i++) {
                        lines.write(request(i) + "\n");
                    }
                }
            });
        }
    }

    /** Containers in JVMs as the distribution starts them. */
    private static Site site(String name) {
        Site site = new Site(name, NODES).forMeasurement();
        site.nodes().forEach(node -> node.environment("EXTRA_JAVA_OPTS", ""));
        return site.start();
    }

    private static void run(Site site, String what, int files, Drop drop) throws Exception {
        putLinks(site.links());
        Path inbox = Site.inbox(site.node());
        Path dropped = Files.createDirectories(inbox.resolveSibling("dropped"));
        drop.into(dropped);
        Set<String> ended = ConcurrentHashMap.newKeySet();
        AtomicLong notices = new AtomicLong();
        Memory before = Memory.most(site);
        Memory most = before;
        String killed = "";
        try (AutoCloseable subscription = site.messages().subscribe("moderation.notices", notice -> {
            notices.incrementAndGet();
            try {
                ended.add(notice.getStringProperty("ExecutionName"));
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        })) {
            assertThat(subscription).isNotNull();
            long begin = System.nanoTime();
            try (Stream<Path> all = Files.list(dropped)) {
                for (Path file : (Iterable<Path>) all::iterator) {
                    Files.move(file, inbox.resolve(file.getFileName()));
                }
            }
            double droppedSeconds = seconds(begin);
            double sentSeconds = 0;
            int endedWhenSent = 0;
            List<Memory> samples = new ArrayList<>();
            while (ended.size() < REQUESTS) {
                int already = ended.size();
                Awaitility.await("progress behind " + already + " executions")
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> ended.size() >= Math.min(REQUESTS, already + LEAST_PER_SECOND));
                if (KILLS && killed.isEmpty() && ended.size() >= REQUESTS / 2) {
                    killed = kill(site.node(), ended);
                }
                samples.add(Memory.most(site));
                if (sentSeconds == 0 && count(inbox.resolveSibling("done")) == files) {
                    sentSeconds = seconds(begin);
                    endedWhenSent = ended.size();
                }
                if (samples.size() % 30 == 0) {
                    LOG.info("{} of {} ended after {} s", ended.size(), REQUESTS, (int) seconds(begin));
                }
            }
            double endedSeconds = seconds(begin);
            for (Memory sample : samples) {
                most = most.orMore(sample);
            }
            Map<String, Integer> statuses = statuses(site.links());
            int recorded =
                    statuses.values().stream().mapToInt(Integer::intValue).sum();
            String figures = String.format(
                    Locale.ROOT,
                    "%s, %d containers%n"
                            + "  dropped in          %7.0f s%n"
                            + "  sent to the queue   %7.0f s, %.0f/s (%d executions had ended by then)%n"
                            + "  all ended           %7.0f s, %.0f/s%n"
                            + "%s"
                            + "  executions          %7d %s, notices %d%n"
                            + "  resident memory     %7d MB before, %d MB at most%n"
                            + "  heap used           %7d MB before, %d MB at most%n",
                    what,
                    NODES,
                    droppedSeconds,
                    sentSeconds,
                    REQUESTS / sentSeconds,
                    endedWhenSent,
                    endedSeconds,
                    REQUESTS / endedSeconds,
                    killed,
                    recorded,
                    statuses,
                    notices.get(),
                    before.resident() >> 20,
                    most.resident() >> 20,
                    before.heap() >> 20,
                    most.heap() >> 20);
            LOG.info("Load run\n{}", figures);
            Files.writeString(
                    KarafNode.MODULE.resolve("target/load-run.txt"),
                    figures,
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
            assertThat(statuses).isEqualTo(Map.of("SUCCEEDED", REQUESTS));
            assertThat(site.messages().count(Messages.DEAD_LETTERS))
                    .as("dead letters")
                    .isZero();
            assertThat(count(inbox)).as("files left in the inbox").isZero();
        }
    }

    /** Kills a container, starts it, and waits until executions end again. */
    private static String kill(KarafNode node, Set<String> ended) {
        node.kill();
        int already = ended.size();
        long begin = System.nanoTime();
        node.start();
        double startSeconds = seconds(begin);
        Awaitility.await("an end after the kill").atMost(Duration.ofMinutes(2)).until(() -> ended.size() > already);
        return String.format(
                Locale.ROOT,
                "  killed when %d had ended: ready again after %.1f s, the next ended after %.1f s%n",
                already,
                startSeconds,
                seconds(begin));
    }

    private static String request(int number) {
        return "{\"code\":\"load" + number + "\",\"url\":\"https://example.com/" + number + "\"}";
    }

    private static void putLinks(Links links) {
        IntStream.rangeClosed(0, (REQUESTS - 1) / DYNAMODB_BATCH).parallel().forEach(batch -> {
            List<WriteRequest> puts = IntStream.rangeClosed(
                            batch * DYNAMODB_BATCH + 1, Math.min(REQUESTS, (batch + 1) * DYNAMODB_BATCH))
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(Links.item("load" + i, "https://example.com/" + i, "pending")))
                            .build())
                    .toList();
            links.client()
                    .batchWriteItem(request ->
                            request.requestItems(Map.of(links.tables().links(), puts)));
        });
    }

    private static Map<String, Integer> statuses(Links links) {
        Map<String, Integer> statuses = new HashMap<>();
        for (String status : List.of("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")) {
            int count = RecordedExecution.count(links, "moderation", status);
            if (count > 0) {
                statuses.put(status, count);
            }
        }
        return statuses;
    }

    private static int count(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count();
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** What a container holds, in bytes. */
    private record Memory(long resident, long heap) {
        /** Of the container that holds the most. */
        static Memory most(Site site) {
            return site.nodes().stream().map(Memory::of).reduce(Memory::orMore).orElseThrow();
        }

        private static Memory of(KarafNode node) {
            CompositeData heap = (CompositeData) node.mbeanAttribute("java.lang:type=Memory", "HeapMemoryUsage");
            return new Memory(node.residentBytes(), (Long) heap.get("used"));
        }

        Memory orMore(Memory other) {
            return new Memory(Math.max(resident, other.resident), Math.max(heap, other.heap));
        }
    }

    @FunctionalInterface
    private interface Drop {
        void into(Path folder) throws IOException;
    }
}
