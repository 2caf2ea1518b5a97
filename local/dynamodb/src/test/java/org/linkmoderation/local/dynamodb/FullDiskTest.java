package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.linkmoderation.local.dynamodb.testkit.Client.TABLE;
import static org.linkmoderation.local.dynamodb.testkit.Client.item;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.local.dynamodb.testkit.Client;
import org.linkmoderation.local.dynamodb.testkit.WrittenItems;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;

/**
 * Fills the disk of the store again and again: a file system in memory, which the store's process mounts in a namespace
 * of its own, as any user may on most Linux machines; elsewhere a line says that the test did not run. Files beside the
 * database take space away and give it back.
 */
class FullDiskTest {

    private static final int ROUNDS = 10;
    private static final int CALLERS = 4;
    private static final int REFUSALS = 5;
    private static final int DISK_MEGABYTES = 40;
    private static final int BALLAST_BYTES = 2 * 1024 * 1024;
    private static final String FULL = "The disk of the table store is full";

    private final WrittenItems written = new WrittenItems();

    @TempDir
    private Path directory;

    private List<String> withSmallDisk() {
        return List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + DISK_MEGABYTES + "m tmpfs \"$0\" && exec \"$@\"",
                directory.toString());
    }

    private boolean canMount() throws InterruptedException {
        try {
            var command = new ArrayList<>(withSmallDisk());
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Timeout(300)
    void shouldRefuseWhileTheDiskIsFullAndGoOnAfterwards() throws Exception {
        assumeTrue(canMount(), "This machine lets no process mount a file system of its own");
        try (var store = StoreProcess.start(directory, withSmallDisk());
                var client = Client.of(store.port())) {
            var disk = store.seen(directory);
            for (int i = 0; i < ROUNDS; i++) {
                Files.write(disk.resolve("ballast-" + i), new byte[BALLAST_BYTES]);
            }
            Client.createTable(client);
            for (int i = 0; i < ROUNDS; i++) {
                fill(client, i);
                written.check(client);
                Files.delete(disk.resolve("ballast-" + i));
                put(client, "after-" + i);
                written.check(client);
            }
            fill(client, ROUNDS);
            store.suspend();
            checkCopy(disk);
            System.out.println(ROUNDS + " times full, " + written.acknowledged().size() + " acknowledged writes of "
                    + written.asked().size());
        }
    }

    /** Writes until each caller was refused some times. */
    private void fill(DynamoDbClient client, int round) {
        CompletableFuture.allOf(IntStream.range(0, CALLERS)
                        .mapToObj(caller -> CompletableFuture.runAsync(() -> {
                            int refused = 0;
                            for (int i = 0; refused < REFUSALS; i++) {
                                try {
                                    put(client, round + "-" + caller + "-" + i);
                                } catch (InternalServerErrorException e) {
                                    assertThat(e).hasMessageContaining(FULL);
                                    refused++;
                                }
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThatThrownBy(() -> put(client, round + "-last")).hasMessageContaining(FULL);
    }

    private void put(DynamoDbClient client, String id) {
        written.asked().put(id, 1);
        client.putItem(put -> put.tableName(TABLE)
                .item(item(id, "version", 1, "status", "s", "number", 1, "owner", "a", "note", "x".repeat(20_000))));
        written.acknowledged().put(id, 1);
    }

    /** What the store would have if it were killed on the full disk. */
    private void checkCopy(Path disk) throws Exception {
        var copy = Files.createDirectory(directory.resolve("copy"));
        for (var name : List.of(Database.FILE, Database.FILE + "-wal")) {
            Files.copy(disk.resolve(name), copy.resolve(name));
        }
        try (var endpoint = new DynamoDbEndpoint(0, copy, Acknowledge.PROCESS);
                var client = Client.of(endpoint.port())) {
            written.check(client);
            put(client, "in the copy");
        }
    }
}
