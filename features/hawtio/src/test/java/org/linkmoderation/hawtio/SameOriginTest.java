package org.linkmoderation.hawtio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameOriginTest {
    @Test
    void shouldLetARequestWithoutAnOriginPass() {
        assertThat(SameOrigin.isSame(null, "127.0.0.1:8181")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8181, 127.0.0.1:8181",
        "http://LOCALHOST:8181, localhost:8181",
        "https://karaf.example.org, karaf.example.org"
    })
    void shouldLetThePagesOfTheConsolePass(String origin, String host) {
        assertThat(SameOrigin.isSame(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org, 127.0.0.1:8181",
        "http://127.0.0.1:8080, 127.0.0.1:8181",
        "http://127.0.0.1:8181.example.org, 127.0.0.1:8181",
        "http://127.0.0.1:8181@example.org, 127.0.0.1:8181",
        "null, 127.0.0.1:8181",
        "'', 127.0.0.1:8181",
        "'not an origin', 127.0.0.1:8181",
        "http://127.0.0.1:8181, "
    })
    void shouldRefuseTheOriginOfAnotherSite(String origin, String host) {
        assertThat(SameOrigin.isSame(origin, host)).isFalse();
    }
}
