package org.linkmoderation.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.view.ExecutionJson;

/**
 * Why a call is not answered as wished, as {@code application/problem+json}. Its type is {@code about:blank}: the title
 * is that of the status; the member {@code error} tells those of one status apart.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    private final int status;
    private final String error;
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    private Problem(int status, String error, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.error = error;
    }

    /**
     * A problem.
     *
     * @param status the status, 400 to 599
     * @param error a name for programs
     * @param detail a sentence for people, without a full stop
     */
    static Problem of(int status, String error, String detail) {
        return new Problem(status, error, detail);
    }

    /** A service that the request needs does not answer: nothing of it was accepted. */
    static Problem unavailable(String detail) {
        return of(503, "ServiceUnavailable", detail).with("Retry-After", "5");
    }

    /** An answer of the server's own: a sentence in plain text. */
    static HttpResponse of(HttpResponse sentence) {
        String detail = new String(sentence.body(), StandardCharsets.UTF_8).strip();
        Problem problem = of(
                sentence.status(),
                sentence.status() == 413 ? "ContentTooLarge" : sentence.status() < 500 ? "InvalidRequest" : "Busy",
                detail.endsWith(".") ? detail.substring(0, detail.length() - 1) : detail);
        sentence.headers().forEach((name, value) -> {
            if (!name.equals("Content-Type")) {
                problem.with(name, value);
            }
        });
        return problem.response();
    }

    /** This problem with a header. */
    Problem with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** As the client gets it. */
    HttpResponse response() {
        String body = ExecutionJson.text(JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", TITLES.getOrDefault(status, "Error"))
                .put("status", status)
                .put("error", error)
                .put("detail", getMessage()));
        HttpResponse response = HttpResponse.of(
                        status, "application/problem+json", (body + "\n").getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "no-store");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        return response;
    }
}
