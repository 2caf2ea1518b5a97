package org.linkmoderation.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.InvalidRequestException;

class LinkTest {
    private static final String OBJECT = "; expected an object {\"code\": \"…\", \"url\": \"…\"}";
    private static final String CODE = "'; expected 1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'";

    @Test
    void shouldReadCodeAndUrl() throws Exception {
        assertThat(link("{\"code\":\"aZ_0-\",\"url\":\"https://example.org/?a=b#c\"}"))
                .isEqualTo(new Link("aZ_0-", "https://example.org/?a=b#c"));
    }

    @Test
    void shouldIgnoreFurtherMembers() throws Exception {
        assertThat(link("{\"owner\":{\"code\":1},\"code\":\"a\",\"url\":\"u\",\"URL\":null}"))
                .isEqualTo(new Link("a", "u"));
    }

    @Test
    void shouldTakeTheLongestCodeAndUrl() throws Exception {
        assertThat(link(object("c".repeat(64), "u".repeat(2_048))).url()).hasSize(2_048);
    }

    @ParameterizedTest
    @CsvSource({"[], array", "1, number", "true, boolean", "null, null", "'\"text\"', string"})
    void shouldRefuseWhatIsNoObject(String json, String type) {
        refused(json, "the input is a JSON " + type + OBJECT);
    }

    @Test
    void shouldRefuseWhatIsMissing() {
        refused("{\"url\":\"u\"}", "the input has no 'code'" + OBJECT);
        refused("{\"code\":\"a\"}", "the input has no 'url'" + OBJECT);
        refused("{}", "the input has no 'code'" + OBJECT);
    }

    @Test
    void shouldRefuseWhatIsNoString() {
        refused("{\"code\":1,\"url\":\"u\"}", "'code' is a JSON number; expected a string");
        refused("{\"code\":\"a\",\"url\":null}", "'url' is a JSON null; expected a string");
        refused("{\"code\":\"a\",\"url\":[\"u\"]}", "'url' is a JSON array; expected a string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a#b", "../a", "ä", "a/b"})
    void shouldRefuseCodesWithOtherCharacters(String code) {
        refused(object(code, "u"), "'code' is '" + code + CODE);
    }

    @Test
    void shouldRefuseCodesThatAreTooLong() {
        refused(object("c".repeat(65), "u"), "'code' is '" + "c".repeat(65) + CODE);
        refused(object("c".repeat(200), "u"), "'code' is '" + "c".repeat(100) + "…" + CODE);
    }

    @Test
    void shouldRefuseUrlsThatAreBlankOrTooLong() {
        refused(object("a", ""), "'url' has 0 characters, all blank; expected 1 to 2048");
        refused(object("a", "   "), "'url' has 3 characters, all blank; expected 1 to 2048");
        refused(object("a", "u".repeat(2_049)), "'url' has 2049 characters; expected 1 to 2048");
    }

    private static String object(String code, String url) {
        return "{\"code\":\"" + code + "\",\"url\":\"" + url + "\"}";
    }

    private static Link link(String json) throws Exception {
        return Link.of(new ObjectMapper().readTree(json));
    }

    private static void refused(String json, String message) {
        assertThatThrownBy(() -> link(json))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }
}
