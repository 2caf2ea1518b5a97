package org.linkmoderation.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.InvalidRequestException;

class RequestReaderTest {
    private static final String NO_TEXT = "the text is empty; expected a JSON object";
    private static final String NO_REQUEST =
            "the file holds no request; expected a JSON object, an array of objects, or an object a line";

    static final List<Arguments> NO_DOCUMENTS = List.of(
            Arguments.of("", NO_TEXT),
            Arguments.of(" \n", NO_TEXT),
            Arguments.of("{", "not JSON, line 1 column"),
            Arguments.of("{\"a\":1", "not JSON, line 1 column"),
            Arguments.of("{\"a\":}", "not JSON, line 1 column 6"),
            Arguments.of("{\n\"a\": 1,\n\"b\": oops\n}", "not JSON, line 3 column"),
            Arguments.of("code=a1", "not JSON, line 1 column"),
            Arguments.of("{'a':1}", "not JSON, line 1 column"),
            Arguments.of("<a/>", "not JSON, line 1 column"),
            Arguments.of("{\"a\":1} x", "not JSON, line 1 column"),
            Arguments.of("{\"a\":1} {\"a\":1}", "there is more after the JSON document, line 1 column"),
            Arguments.of("{\"a\":1,\"a\":2}", "not JSON, line 1 column"),
            Arguments.of("{\"a\":{\"b\":1,\"b\":1}}", "not JSON, line 1 column"),
            Arguments.of("{\"a\":1,\"\\u0061\":2}", "not JSON, line 1 column"),
            Arguments.of("{\"a\":NaN}", "not JSON, line 1 column"),
            Arguments.of("[".repeat(100_000), "not JSON"),
            Arguments.of("1".repeat(100_000), "not JSON"));

    static final List<Arguments> FILES = List.of(
            Arguments.of("{\"a\":1}", 1),
            Arguments.of("[{\"a\":1}]", 1),
            Arguments.of("[{\"a\":1},{\"a\":2},{\"a\":3}]", 3),
            Arguments.of("[\n  {\"a\":1},\n  {\"a\":2}\n]\n", 2),
            Arguments.of("{\"a\":1}\n{\"a\":2}", 2),
            Arguments.of("{\"a\":1}\r\n\r\n{\"a\":2}\r\n", 2),
            Arguments.of("{\"a\":1}{\"a\":2}", 2),
            Arguments.of("{\n\"a\":1\n}\n{\n\"a\":2\n}", 2));

    static final List<Arguments> NO_FILES = List.of(
            Arguments.of("", NO_REQUEST),
            Arguments.of("\n \n", NO_REQUEST),
            Arguments.of("[]", NO_REQUEST),
            Arguments.of("[{\"a\":1}", "not JSON, line 1 column"),
            Arguments.of("[{\"a\":1} {\"a\":2}]", "not JSON, line 1 column"),
            Arguments.of("[{\"a\":1},]", "not JSON, line 1 column"),
            Arguments.of("{\"a\":1}]", "not JSON, line 1 column"),
            Arguments.of("[{\"a\":1}] {\"a\":2}", "there is more after the array, line 1 column"),
            Arguments.of("[{\"a\":1}] x", "not JSON, line 1 column"),
            Arguments.of("{\"a\":1}\n{\"a\":", "not JSON, line 2 column"),
            Arguments.of("{\"a\":1},\n{\"a\":2}", "not JSON, line 1 column"));

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", " \n{\"a\" : 1}\n ", "[]", "null", "1", "\"x\""})
    void shouldReadOneDocument(String text) throws Exception {
        assertThat(RequestReader.document(text)).hasToString(text.replaceAll("\\s", ""));
    }

    @ParameterizedTest
    @FieldSource("NO_DOCUMENTS")
    void shouldRefuseATextThatIsNotOneDocument(String text, String message) {
        assertThatThrownBy(() -> RequestReader.document(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(message)
                .message()
                .hasSizeLessThan(250)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @FieldSource("FILES")
    void shouldReadObjectsArraysAndLines(String text, int count) throws Exception {
        List<String> documents = documents(text);

        assertThat(documents).hasSize(count);
        for (int i = 1; i <= count; i++) {
            assertThat(documents.get(i - 1)).isEqualTo(i + ": {\"a\":" + i + "}");
        }
    }

    @ParameterizedTest
    @FieldSource("NO_FILES")
    void shouldRefuseOtherFiles(String text, String message) {
        assertThatThrownBy(() -> documents(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shouldSayWhichDocumentWasRefused() {
        assertThatThrownBy(() -> RequestReader.documents(stream("[{},\n  {}]"), (number, document) -> {
                    if (number == 2) {
                        throw new InvalidRequestException("no good");
                    }
                }))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("line 2 column 3: no good");
    }

    @Test
    void shouldRefuseWhatIsNoUtf8() {
        byte[] latin1 = "{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> RequestReader.documents(new ByteArrayInputStream(latin1), (number, document) -> {}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("it is no text in UTF-8; expected JSON");
    }

    @Test
    void shouldRefuseABinaryFile() {
        byte[] binary = new byte[1_000];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = (byte) (i * 31);
        }

        assertThatThrownBy(() -> RequestReader.documents(new ByteArrayInputStream(binary), (number, document) -> {}))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldPassOnThatAFileCanNotBeRead() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }
        };

        assertThatThrownBy(() -> RequestReader.documents(broken, (number, document) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("Input/output error");
    }

    private static List<String> documents(String text) throws Exception {
        List<String> documents = new ArrayList<>();
        long count =
                RequestReader.documents(stream(text), (number, document) -> documents.add(number + ": " + document));
        assertThat(count).isEqualTo(documents.size());
        return documents;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Jackson throws something else for it, which would be tried again for ever. */
    @Test
    void shouldRefuseANumberWithAnExponentOutOfRange() {
        String text = "{\"code\":\"a\",\"more\":1e" + "9".repeat(900) + "}";

        assertThatThrownBy(() -> RequestReader.document(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("a number in line 1 has an exponent that is out of range; expected at most 2147483647");
        assertThatThrownBy(() -> RequestReader.documents(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), (number, document) -> {}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("a number in the text has an exponent");
    }
}
