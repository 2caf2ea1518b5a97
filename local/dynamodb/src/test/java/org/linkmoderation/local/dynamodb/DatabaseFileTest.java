package org.linkmoderation.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.linkmoderation.local.dynamodb.testkit.Client.TABLE;
import static org.linkmoderation.local.dynamodb.testkit.Client.item;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.local.dynamodb.storage.StoreException;
import org.linkmoderation.local.dynamodb.testkit.Client;

@Timeout(300)
class DatabaseFileTest {

    @TempDir
    private Path directory;

    private void open() throws IOException {
        new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS).close();
    }

    private void fill() throws IOException {
        try (var endpoint = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
                var client = Client.of(endpoint.port())) {
            Client.createTable(client);
            for (int i = 0; i < 200; i++) {
                var id = "id" + i;
                client.putItem(put -> put.tableName(TABLE).item(item(id, "owner", "a", "note", "x".repeat(2_000))));
            }
        }
    }

    private void run(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(directory.resolve(Database.FILE).toString())
                .hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseANewerVersion() throws Exception {
        open();
        run("PRAGMA user_version = 99");

        assertRefused("was written by a newer version (format 99");
    }

    @Test
    void shouldRefuseAnOlderVersion() throws Exception {
        open();
        run("PRAGMA user_version = 1");

        assertRefused("was written by an older version (format 1");
    }

    @Test
    void shouldRefuseAnotherProgramsDatabase() throws Exception {
        run("CREATE TABLE bookmarks (url TEXT)");

        assertRefused("is no database of this store");
    }

    @Test
    void shouldRefuseWhatIsNoDatabase() throws Exception {
        Files.writeString(directory.resolve(Database.FILE), "No database. ".repeat(1_000));

        assertRefused("is damaged");
    }

    @Test
    void shouldRefuseADamagedFile() throws Exception {
        fill();
        try (var file = new RandomAccessFile(directory.resolve(Database.FILE).toFile(), "rw")) {
            for (long position = 4_096 * 10; position < file.length(); position += 4_096 * 3) {
                file.seek(position);
                file.write(new byte[200]);
            }
        }

        assertRefused("is damaged");
    }

    @Test
    void shouldRefuseAFileThatIsCutOff() throws Exception {
        fill();
        try (var file = new RandomAccessFile(directory.resolve(Database.FILE).toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        assertRefused("is damaged");
    }

    @Test
    void shouldRefuseAFileThatIsInUse() throws Exception {
        try (var store = StoreProcess.start(directory, List.of())) {
            assertRefused("is in use by another store");
            assertThat(store.port()).isPositive();
        }
        open();
        try (var endpoint = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS)) {
            assertRefused("is in use");
            assertThat(endpoint.port()).isPositive();
        }
    }
}
