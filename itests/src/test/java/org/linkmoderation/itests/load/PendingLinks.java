package org.linkmoderation.itests.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.linkmoderation.itests.Links;
import org.linkmoderation.itests.TestTables;

/** The links that the contestants of a benchmark moderate. */
final class PendingLinks implements AutoCloseable {

    private static final int AT_ONCE = 500;

    private final String endpoint;
    private final Links links;

    /** Those in the table at this endpoint of DynamoDB. */
    PendingLinks(String endpoint) {
        this.endpoint = endpoint;
        links = new Links(TestTables.at(endpoint));
    }

    String endpoint() {
        return endpoint;
    }

    /** Puts the links {@code <name>-1} to {@code <name>-<count>}. */
    void put(String name, int count) {
        IntStream.rangeClosed(0, (count - 1) / AT_ONCE)
                .parallel()
                .forEach(batch ->
                        links.putAll(IntStream.rangeClosed(batch * AT_ONCE + 1, Math.min(count, (batch + 1) * AT_ONCE))
                                .mapToObj(i -> Links.item(code(name, i), url(i), "pending"))
                                .toList()));
    }

    /** Asserts that the last of them was moderated. */
    void assertModerated(String name, int count) {
        assertThat(links.status(code(name, count))).isEqualTo("active");
    }

    static String code(String name, int number) {
        return name + "-" + number;
    }

    static String url(int number) {
        return "https://example.com/" + number;
    }

    @Override
    public void close() {
        links.close();
    }
}
