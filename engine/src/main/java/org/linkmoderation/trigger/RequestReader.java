package org.linkmoderation.trigger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;

/**
 * Reads requests from what people send: strictly, since a duplicate member could show one URL to the scan and another
 * to the reader.
 */
public final class RequestReader {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxStringLength(StartRequest.MAX_INPUT_BYTES)
                    .maxNumberLength(1_000)
                    .build())
            .build();
    /** Keeps every digit of a number. */
    private static final ObjectMapper JSON = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private RequestReader() {}

    /** Takes the documents of a file, in order. */
    @FunctionalInterface
    interface Documents {
        /**
         * @param number the number of the document in the file, counted from 1
         * @param document the document
         * @throws InvalidRequestException to refuse it, and with it the file
         */
        void accept(long number, JsonNode document) throws InvalidRequestException;
    }

    /**
     * Reads a text that must be one JSON document.
     *
     * @throws InvalidRequestException if it is not
     */
    public static JsonNode document(String text) throws InvalidRequestException {
        return document(text, 1);
    }

    /**
     * Reads a line that must be one JSON document.
     *
     * @param line which line it is, counted from 1
     * @throws InvalidRequestException if it is not; it says where
     */
    static JsonNode document(String text, long line) throws InvalidRequestException {
        if (text.isBlank()) {
            throw new InvalidRequestException("the text is empty; expected a JSON object");
        }
        try (JsonParser parser = JSON.createParser(new StringReader(text))) {
            JsonNode document = JSON.readTree(parser);
            if (parser.nextToken() != null) {
                throw new InvalidRequestException(
                        "there is more after the JSON document, " + at(parser.currentLocation(), line));
            }
            return document;
        } catch (JsonProcessingException e) {
            throw notJson(e, line);
        } catch (NumberFormatException e) {
            throw notANumber("in line " + line);
        } catch (IOException e) {
            throw new InvalidRequestException("the text can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file of one JSON document, of one array of documents, or of documents one after the other (JSON lines),
     * without ever holding more than one of them.
     *
     * @return how many there were
     * @throws InvalidRequestException if the file is something else, is empty, or a document was refused; it says where
     * @throws IOException if the file can't be read
     */
    static long documents(InputStream file, Documents documents) throws InvalidRequestException, IOException {
        long number = read(file, documents);
        if (number == 0) {
            throw new InvalidRequestException(
                    "the file holds no request; expected a JSON object, an array of objects, or an object a line");
        }
        return number;
    }

    /**
     * Reads a text of one JSON document, or of one array of documents.
     *
     * @throws InvalidRequestException if it is something else, is empty, or a document was refused; it says where
     */
    static void documents(byte[] text, Documents documents) throws InvalidRequestException {
        boolean isArray = isArray(text);
        Documents one = (number, document) -> {
            if (number > 1 && !isArray) {
                throw new InvalidRequestException(
                        "there is more after the JSON document; expected one object, or an array of objects");
            }
            documents.accept(number, document);
        };
        try {
            if (read(new ByteArrayInputStream(text), one) == 0) {
                throw new InvalidRequestException(
                        "the text holds no request; expected a JSON object, or an array of objects");
            }
        } catch (IOException e) {
            throw new IllegalStateException("An array that can't be read", e);
        }
    }

    /** Whether a text of JSON is an array. */
    static boolean isArray(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1).stripLeading().startsWith("[");
    }

    private static long read(InputStream file, Documents documents) throws InvalidRequestException, IOException {
        Reader text = new BufferedReader(new InputStreamReader(
                file,
                StandardCharsets.UTF_8.newDecoder())); // a decoder reports what is no UTF-8; it does not replace it
        try (JsonParser parser = JSON.createParser(text)) {
            boolean array = parser.nextToken() == JsonToken.START_ARRAY;
            if (array) {
                parser.nextToken();
            }
            long number = 0;
            while (parser.currentToken() != null && parser.currentToken() != JsonToken.END_ARRAY) {
                JsonLocation start = parser.currentTokenLocation();
                JsonNode document = JSON.readTree(parser);
                number++;
                try {
                    documents.accept(number, document);
                } catch (InvalidRequestException e) {
                    throw e.at(at(start, 1));
                }
                parser.nextToken();
            }
            if (array && parser.nextToken() != null) {
                throw new InvalidRequestException("there is more after the array, " + at(parser.currentLocation(), 1));
            }
            return number;
        } catch (JsonProcessingException e) {
            throw notJson(e, 1);
        } catch (NumberFormatException e) {
            throw notANumber("in the text");
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("it is no text in UTF-8; expected JSON", e);
        }
    }

    /** One that JSON's grammar allows and that no number can be, such as 1e9999999999. */
    private static InvalidRequestException notANumber(String where) {
        return new InvalidRequestException(
                "a number " + where + " has an exponent that is out of range; expected at most " + Integer.MAX_VALUE);
    }

    private static InvalidRequestException notJson(JsonProcessingException e, long firstLine) {
        // What is no word of JSON may be a token of a card without its quotes
        String reason = e.getOriginalMessage().startsWith("Unrecognized token")
                ? "a word that is none of JSON's; expected a value"
                : StartRequest.abbreviate(e.getOriginalMessage());
        return new InvalidRequestException("not JSON, " + at(e.getLocation(), firstLine) + ": " + reason);
    }

    private static String at(JsonLocation location, long firstLine) {
        return location == null
                ? "at its start"
                : "line " + (firstLine - 1 + location.getLineNr()) + " column " + location.getColumnNr();
    }
}
