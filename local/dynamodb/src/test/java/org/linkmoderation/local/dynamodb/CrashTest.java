package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.local.dynamodb.testkit.Client.BY_STATUS;
import static org.linkmoderation.local.dynamodb.testkit.Client.TABLE;
import static org.linkmoderation.local.dynamodb.testkit.Client.item;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.testkit.Callers;
import org.linkmoderation.local.dynamodb.testkit.Client;
import org.linkmoderation.local.dynamodb.testkit.WrittenItems;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;

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
                var callers = Callers.start(CALLERS, client, written, Integer.toString(round));
                TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(400));
                store.kill();
                callers.end();
            }
        }
        try (var store = StoreProcess.start(directory, List.of());
                var client = Client.of(store.port())) {
            written.check(client);
        }
        assertThat(written.acknowledged()).hasSizeGreaterThan(KILLS * CALLERS);
        System.out.println(KILLS + " kills, " + written.acknowledged().size() + " items, "
                + written.acknowledgedWrites() + " acknowledged writes");
    }

    /** Limits the size of files: only root can make a disk full. */
    @Test
    @Timeout(300)
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
            written.write(client, "after");
            written.check(client);
        }
    }

    @Test
    @Timeout(300)
    void shouldOpenACopyOfFilesInUse(@TempDir Path copies) throws Exception {
        try (var store = StoreProcess.start(directory, List.of());
                var client = Client.of(store.port())) {
            Client.createTable(client);
            var callers = Callers.start(CALLERS, client, written, "0");
            int opened = 0;
            for (int i = 0; i < 5; i++) {
                var copy = Files.createDirectory(copies.resolve("copy" + i));
                var before = Map.copyOf(written.acknowledged());
                for (var name : List.of(Database.FILE + "-wal", Database.FILE)) {
                    Files.copy(directory.resolve(name), copy.resolve(name));
                }
                opened += opens(copy, before) ? 1 : 0;
            }
            callers.end();
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
