package org.linkmoderation.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModerateCheckTest {

    private final ModerateCheck function = new ModerateCheck();

    @Test
    void shouldKeepTheRequestsFieldsAndCallAnOrdinaryLinkSafe() {
        var answer =
                function.handleRequest(Map.of("code", "abc", "url", "https://example.org/welcome", "extra", 7), null);
        assertThat(answer)
                .containsEntry("code", "abc")
                .containsEntry("extra", 7)
                .containsEntry("safe", true)
                .containsEntry("reasons", List.of())
                .containsKey("listVersion");
    }

    @Test
    void shouldCallALinkWithABlockedPhraseUnsafe() {
        var answer = function.handleRequest(Map.of("code", "abc", "url", "https://example.org/MalWare"), null);
        assertThat(answer).containsEntry("safe", false).containsEntry("reasons", List.of("PHRASE"));
    }

    @Test
    void shouldRefuseARequestWithoutAUrl() {
        assertThatThrownBy(() -> function.handleRequest(Map.of("code", "abc"), null))
                .isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> function.handleRequest(Map.of("url", 5), null)).isInstanceOf(InvalidRequest.class);
    }
}
