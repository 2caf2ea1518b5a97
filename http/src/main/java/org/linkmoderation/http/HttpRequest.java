package org.linkmoderation.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request.
 *
 * @param method the method as sent, {@code GET} say
 * @param remote the address that it came from
 * @param target the target as sent: path and query, percent-encoded
 * @param path the path, percent-decoded
 * @param query the part of the target after the question mark as sent; empty without one
 * @param headers the headers by their names in lower case; values of a repeated one are joined by {@code ", "}
 * @param body the body; empty without one. It is not copied: nobody changes it
 */
public record HttpRequest(
        String method,
        InetSocketAddress remote,
        String target,
        String path,
        String query,
        Map<String, String> headers,
        byte[] body) {

    /** Requires that nothing is null. */
    public HttpRequest {
        Objects.requireNonNull(method);
        Objects.requireNonNull(remote);
        Objects.requireNonNull(target);
        Objects.requireNonNull(path);
        Objects.requireNonNull(query);
        Objects.requireNonNull(headers);
        Objects.requireNonNull(body);
    }

    /** A header by its name in any case, if it was sent. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The body as UTF-8; malformed bytes become U+FFFD. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
