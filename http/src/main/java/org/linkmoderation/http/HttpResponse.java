package org.linkmoderation.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A response. Its length, date and connection headers are the server's to set.
 *
 * @param status the status, 200 to 599
 * @param headers the headers, each once
 * @param body the body; empty for none. It is not copied: nobody changes it. To HEAD only its length is sent
 */
public record HttpResponse(int status, Map<String, String> headers, byte[] body) {

    /** Requires a final status, and that nothing is null. */
    public HttpResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status = " + status + ": expected 200 to 599");
        }
        Objects.requireNonNull(headers);
        Objects.requireNonNull(body);
    }

    /** A response with a body of a content type. */
    public static HttpResponse of(int status, String contentType, byte[] body) {
        return new HttpResponse(status, Map.of("Content-Type", contentType), body);
    }

    /** A response in plain text. */
    public static HttpResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with a header more, or another value of it. */
    public HttpResponse with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpResponse(status, more, body);
    }
}
