package org.linkmoderation.journal.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.Journal;

/**
 * The events of an append as a JSON document. A text of more than {@value Journal#MAX_INLINE_CHARACTERS} characters is
 * stored apart, once per execution; in its place is {@code {"payload": <SHA-256>}}.
 *
 * <p>Texts are stored as JSON, never as they are: PostgreSQL's texts can't have the character U+0000.
 */
final class HistoryJson {
    private static final JsonFactory JSON = new JsonFactory();

    private HistoryJson() {}

    /**
     * Writes events.
     *
     * @param payloads gets the long texts, as JSON, by their digests
     */
    static String write(List<HistoryEvent> events, Map<String, String> payloads) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (HistoryEvent event : events) {
                json.writeStartObject();
                json.writeStringField("type", event.type().name());
                json.writeNumberField("timestamp", event.timestamp().toEpochMilli());
                json.writeObjectFieldStart("details");
                for (Map.Entry<String, String> detail : event.details().entrySet()) {
                    json.writeFieldName(detail.getKey());
                    if (detail.getValue().length() <= Journal.MAX_INLINE_CHARACTERS) {
                        json.writeString(detail.getValue());
                    } else {
                        String digest = digest(detail.getValue());
                        payloads.computeIfAbsent(digest, key -> string(detail.getValue()));
                        json.writeStartObject();
                        json.writeStringField("payload", digest);
                        json.writeEndObject();
                    }
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Reads events.
     *
     * @param text as it was written
     * @param firstEvent the number of the first
     * @param payload gives the JSON of a long text by its digest
     */
    static List<HistoryEvent> read(String text, long firstEvent, UnaryOperator<String> payload) {
        List<HistoryEvent> events = new ArrayList<>();
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                json.nextToken();
                HistoryEventType type = HistoryEventType.valueOf(json.nextTextValue());
                json.nextToken();
                Instant timestamp = Instant.ofEpochMilli(json.nextLongValue(0));
                json.nextToken();
                json.nextToken();
                Map<String, String> details = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    if (json.nextToken() == JsonToken.START_OBJECT) {
                        json.nextToken();
                        details.put(name, readString(payload.apply(json.nextTextValue())));
                        json.nextToken();
                    } else {
                        details.put(name, json.getText());
                    }
                }
                json.nextToken();
                events.add(new HistoryEvent(firstEvent + events.size(), timestamp, type, details));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    /** A text as JSON. */
    static String string(String text) {
        StringWriter written = new StringWriter(text.length() + 16);
        try (JsonGenerator json = JSON.createGenerator(written)) {
            json.writeString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written.toString();
    }

    /** A text from its JSON. */
    static String readString(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            return json.nextTextValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
