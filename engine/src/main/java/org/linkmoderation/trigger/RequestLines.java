package org.linkmoderation.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.linkmoderation.InvalidRequestException;

/**
 * A file with a JSON document a line (JSON lines), read a line at a time: a line that can't become a request spoils
 * none of the others.
 */
final class RequestLines implements AutoCloseable {
    /** The largest input is well below it, however it is written. */
    static final int MAX_LINE_BYTES = 1_048_576;

    private static final Pattern NAME = Pattern.compile("(?i).*\\.(jsonl|ndjson)");

    private final InputStream file;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long lineNumber;
    private boolean isCut;

    RequestLines(Path file) throws IOException {
        this.file = new BufferedInputStream(DroppedFile.open(file));
    }

    /**
     * Whether a file is one: it has several lines, and is named {@code .jsonl} or {@code .ndjson} or its first line is
     * a whole JSON object.
     *
     * @throws IOException if the file can't be read
     */
    static boolean areIn(Path file) throws IOException {
        try (RequestLines lines = new RequestLines(file)) {
            return lines.next()
                    && (NAME.matcher(file.getFileName().toString()).matches() || lines.isObject())
                    && lines.next();
        }
    }

    private boolean isObject() {
        try {
            return document().isObject();
        } catch (InvalidRequestException e) {
            return false;
        }
    }

    /**
     * Goes to the next line that is not blank.
     *
     * @return whether there is one
     */
    boolean next() throws IOException {
        do {
            if (!read()) {
                return false;
            }
        } while (!isCut && line.toString(StandardCharsets.ISO_8859_1).isBlank());
        return true;
    }

    /** Of a line that is too long the start is kept. */
    private boolean read() throws IOException {
        line.reset();
        isCut = false;
        lineNumber++;
        int next = file.read();
        if (next < 0) {
            return false;
        }
        for (; next >= 0 && next != '\n'; next = file.read()) {
            if (line.size() < MAX_LINE_BYTES) {
                line.write(next);
            } else {
                isCut = true;
            }
        }
        return true;
    }

    /** The number of the line in the file, counted from 1. */
    long lineNumber() {
        return lineNumber;
    }

    /** The bytes of the line, without its end; at most {@value #MAX_LINE_BYTES}. */
    byte[] bytes() {
        return line.toByteArray();
    }

    /**
     * The document of the line.
     *
     * @throws InvalidRequestException if it holds none; it says where
     */
    JsonNode document() throws InvalidRequestException {
        if (isCut) {
            throw new InvalidRequestException("line " + lineNumber + " has more than " + MAX_LINE_BYTES
                    + " bytes; expected a JSON object a line");
        }
        try {
            return RequestReader.document(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes()))
                            .toString(),
                    lineNumber);
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("line " + lineNumber + " is no text in UTF-8; expected JSON", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
