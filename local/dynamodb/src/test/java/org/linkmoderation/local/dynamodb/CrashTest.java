package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.local.dynamodb.Client.BY_STATUS;
import static org.linkmoderation.local.dynamodb.Client.TABLE;
import static org.linkmoderation.local.dynamodb.Client.item;
import static org.linkmoderation.local.dynamodb.Client.key;
import static org.linkmoderation.local.dynamodb.Client.n;
import static org.linkmoderation.local.dynamodb.Client.s;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.local.dynamodb.storage.Database;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Kills the store while it writes, again and again, and compares what it has then with what it had acknowledged. The
 * system property {@code kills} sets how often; 200 take some minutes.
 */
class CrashTest {

    private static final int KILLS = Integer.getInteger("kills", 5);
    private static final int CALLERS = 8;

    private final WrittenItems written = new WrittenItems();

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void shouldLoseNothingThatItAcknowledged() throws Exception {
        var random = new Random(1);
        try (var store = StoreProcess.start(directory, List.of());
                var client = Client.of(store.port())) {
            Client.createTable(client);
        }
        for (int round = 0; round < KILLS; round++) {
            try (var store = StoreProcess.start(directory, List.of());
                    var client = Client.of(store.port())) {
                written.check(client);
                var callers = write(client, round);
                TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(400));
                store.kill();
                callers.shutdownNow();
                assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        try (var store = StoreProcess.start(directory, List.of());
                var client = Client.of(store.port())) {
            written.check(client);
        }
        assertThat(written.acknowledged()).hasSizeGreaterThan(KILLS * CALLERS);
        System.out.println(KILLS + " kills, " + written.acknowledged().size() + " items, "
                + written.acknowledged().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum() + " acknowledged writes");
    }

    private ExecutorService write(DynamoDbClient client, int round) throws InterruptedException {
        var callers = Executors.newFixedThreadPool(CALLERS);
        var begun = new CountDownLatch(CALLERS);
        for (int caller = 0; caller < CALLERS; caller++) {
            var name = round + "-" + caller + "-";
            callers.execute(() -> {
                try {
                    for (int i = 0; ; i++) {
                        write(client, name + i);
                        begun.countDown();
                    }
                } catch (RuntimeException e) {
                    // The store was killed, or its client closed
                    begun.countDown();
                }
            });
        }
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        return callers;
    }

    /** Three versions of one item, and two items of a transaction. */
    private void write(DynamoDbClient client, String id) {
        written.asked().put(id, 1);
        client.putItem(put -> put.tableName(TABLE)
                .item(item(id, "version", 1, "status", "new", "number", 1, "owner", "a", "note", "x".repeat(300))));
        written.acknowledged().put(id, 1);
        for (int version = 2; version <= 3; version++) {
            int next = version;
            written.asked().put(id, next);
            client.updateItem(update -> update.tableName(TABLE)
                    .key(key(id))
                    .updateExpression("SET #version = :next, #status = :status, #number = :next")
                    .conditionExpression("#version = :before")
                    .expressionAttributeNames(Map.of("#version", "version", "#status", "status", "#number", "number"))
                    .expressionAttributeValues(Map.of(
                            ":next", n(next), ":before", n(next - 1), ":status", s(next == 2 ? "open" : "done"))));
            written.acknowledged().put(id, next);
        }
        var pair = List.of(id + "-left", id + "-right");
        pair.forEach(half -> written.asked().put(half, 1));
        client.transactWriteItems(write -> write.transactItems(pair.stream()
                .map(half -> TransactWriteItem.builder()
                        .put(put -> put.tableName(TABLE)
                                .item(item(half, "version", 1, "status", "pair", "number", 1, "owner", "b")))
                        .build())
                .toList()));
        pair.forEach(half -> written.acknowledged().put(half, 1));
    }

    /** Limits the size of files: only root can make a disk full. */
    @Test
    @Timeout(60)
    void shouldLoseNothingWhenItCannotWriteMore() throws Exception {
        var limited = List.of("sh", "-c", "ulimit -f 16000; exec \"$@\"", "sh");
        var refused = new AtomicInteger();
        try (var store = StoreProcess.start(directory, limited);
                var client = Client.of(store.port())) {
            Client.createTable(client);
            for (int i = 0; refused.get() < 20; i++) {
                var id = "full-" + i;
                written.asked().put(id, 1);
                try {
                    client.putItem(put -> put.tableName(TABLE)
                            .item(item(
                                    id,
                                    "version",
                                    1,
                                    "status",
                                    "s",
                                    "number",
                                    1,
                                    "owner",
                                    "a",
                                    "note",
                                    "x".repeat(20_000))));
                    written.acknowledged().put(id, 1);
                } catch (InternalServerErrorException e) {
                    refused.incrementAndGet();
                }
            }
            assertThat(written.acknowledged()).hasSizeGreaterThan(10);
            written.check(client);
        }
        try (var store = StoreProcess.start(directory, List.of());
                var client = Client.of(store.port())) {
            written.check(client);
            write(client, "after");
            written.check(client);
        }
    }

    @Test
    @Timeout(60)
    void shouldOpenACopyOfFilesInUse(@TempDir Path copies) throws Exception {
        try (var store = StoreProcess.start(directory, List.of());
                var client = Client.of(store.port())) {
            Client.createTable(client);
            var callers = write(client, 0);
            int opened = 0;
            for (int i = 0; i < 5; i++) {
                var copy = Files.createDirectory(copies.resolve("copy" + i));
                var before = Map.copyOf(written.acknowledged());
                for (var name : List.of(Database.FILE + "-wal", Database.FILE)) {
                    Files.copy(directory.resolve(name), copy.resolve(name));
                }
                opened += opens(copy, before) ? 1 : 0;
            }
            callers.shutdownNow();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThat(opened).isPositive();
        }
    }

    /** A copy is whole, or it is refused with a sentence. */
    private boolean opens(Path copy, Map<String, Integer> before) throws Exception {
        try (var endpoint = new DynamoDbEndpoint(0, copy, Database.Acknowledge.PROCESS);
                var client = Client.of(endpoint.port())) {
            assertThat(WrittenItems.read(client, BY_STATUS))
                    .isEqualTo(WrittenItems.included(WrittenItems.read(client, null)));
            assertThat(WrittenItems.read(client, null).keySet()).containsAll(new ArrayList<>(before.keySet()));
            return true;
        } catch (org.linkmoderation.local.dynamodb.storage.StoreException e) {
            assertThat(e).hasMessageContaining("is damaged");
            return false;
        }
    }
}
