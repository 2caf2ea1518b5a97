package org.linkmoderation.states;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The text of a message as it may be shown: without the members that hold a secret. It is read as JSON, however its
 * members are written; from where it is no JSON, nothing is shown.
 */
public final class ShownText {
    /** More is never shown. */
    private static final int MAX_CHARACTERS = 1_000;

    private static final String HIDDEN = "…";
    private static final JsonFactory JSON = new JsonFactory();

    private final String secret;

    private ShownText(String secret) {
        this.secret = secret;
    }

    /**
     * Hides each member whose name contains a word, whatever the case of its letters.
     *
     * @param secret the word, in lower case
     */
    public static UnaryOperator<String> without(String secret) {
        return new ShownText(secret)::of;
    }

    private String of(String text) {
        StringWriter shown = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(shown)) {
            // What is open where the text breaks off stays open
            to.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            boolean isWhole = copy(text, to);
            to.flush();
            if (!isWhole) {
                shown.append(HIDDEN);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shown.toString();
    }

    /** @return whether the text is one document, and was copied to its end */
    private boolean copy(String text, JsonGenerator to) throws IOException {
        try (JsonParser from = JSON.createParser(text)) {
            if (from.nextToken() == null || !from.currentToken().isStructStart()) {
                // A text in quotes may hold a document
                return false;
            }
            int depth = 0;
            do {
                depth += depth(from.currentToken());
                if (from.currentToken().isNumeric()) {
                    // As it is written: its value may be out of range
                    to.writeNumber(from.getText());
                } else {
                    to.copyCurrentEvent(from);
                }
                if (from.currentToken() == JsonToken.FIELD_NAME && isSecret(from.currentName())) {
                    to.writeString(HIDDEN);
                    from.nextToken();
                    from.skipChildren();
                }
                to.flush();
                if (to.getOutputTarget().toString().length() > MAX_CHARACTERS) {
                    return false;
                }
            } while (depth > 0 && from.nextToken() != null);
            return depth == 0 && from.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static int depth(JsonToken token) {
        return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }

    private boolean isSecret(String name) {
        return name.toLowerCase(Locale.ROOT).contains(secret);
    }
}
