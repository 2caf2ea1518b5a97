package org.linkmoderation.itests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.linkmoderation.itests.Ports;

/**
 * A small shortener that speaks those calls of Shlink's REST API, version 3, that the bridge of
 * {@code docs/shorteners.md} makes, and redirects its visitors. It can be stopped and started with its links.
 *
 * @see <a href="https://api-spec.shlink.io">The API</a>
 */
final class ShlinkStandIn implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/rest/v3/short-urls";

    private final int port = Ports.free();
    private final String apiKey;
    private final List<ShortUrl> links = new ArrayList<>();
    private HttpServer server;
    private ExecutorService threads;

    private static final class ShortUrl {
        private final String code;
        private String longUrl;
        private String validUntil;

        ShortUrl(String code, String longUrl, String validUntil) {
            this.code = code;
            this.longUrl = longUrl;
            this.validUntil = validUntil;
        }

        boolean isEnabled() {
            return validUntil == null
                    || OffsetDateTime.parse(validUntil).toInstant().isAfter(Instant.now());
        }

        ObjectNode json() {
            ObjectNode json = JSON.createObjectNode().put("shortCode", code).put("longUrl", longUrl);
            json.putNull("domain").put("hasRedirectRules", false).putArray("tags");
            json.putObject("meta")
                    .put("validUntil", validUntil)
                    .putNull("validSince")
                    .putNull("maxVisits");
            return json;
        }
    }

    ShlinkStandIn(String apiKey) {
        this.apiKey = apiKey;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void start() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** A user makes a link. */
    synchronized void create(String code, String longUrl) {
        create(code, longUrl, null);
    }

    /**
     * A user makes a link.
     *
     * @param validUntil until when it leads somewhere; null for ever
     */
    synchronized void create(String code, String longUrl, String validUntil) {
        links.add(new ShortUrl(code, longUrl, validUntil));
    }

    /** Its owner lets it lead elsewhere. */
    synchronized void edit(String code, String longUrl) {
        find(code).longUrl = longUrl;
    }

    /** Its owner lets it lead there again. */
    synchronized void open(String code) {
        find(code).validUntil = null;
    }

    /** Whether a visitor is redirected. */
    synchronized boolean isOpen(String code) {
        return find(code).isEnabled();
    }

    private ShortUrl find(String code) {
        return links.stream().filter(link -> link.code.equals(code)).findFirst().orElse(null);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            URI uri = exchange.getRequestURI();
            String path = uri.getRawPath();
            if (!apiKey.equals(exchange.getRequestHeaders().getFirst("X-Api-Key"))) {
                send(exchange, 401, problem("INVALID_API_KEY"));
            } else if (path.equals(API) && exchange.getRequestMethod().equals("GET")) {
                send(exchange, 200, page(query(uri)));
            } else if (path.startsWith(API + "/")) {
                String code = URLDecoder.decode(path.substring(API.length() + 1), StandardCharsets.UTF_8);
                one(exchange, find(code), body);
            } else {
                send(exchange, 404, problem("NOT_FOUND"));
            }
        }
    }

    private static void one(HttpExchange exchange, ShortUrl link, JsonNode body) throws IOException {
        String method = exchange.getRequestMethod();
        if (link == null) {
            send(exchange, 404, problem("https://shlink.io/api/error/short-url-not-found"));
        } else if (method.equals("GET")) {
            send(exchange, 200, link.json());
        } else if (method.equals("PATCH")) {
            // Only what is provided is changed; null is a value
            if (body.has("validUntil")) {
                link.validUntil = body.get("validUntil").textValue();
            }
            if (body.has("longUrl")) {
                link.longUrl = body.get("longUrl").textValue();
            }
            send(exchange, 200, link.json());
        } else {
            send(exchange, 405, problem("METHOD_NOT_ALLOWED"));
        }
    }

    private static Map<String, String> query(URI uri) {
        return Stream.of(uri.getQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private ObjectNode page(Map<String, String> query) {
        if (!query.get("orderBy").equals("dateCreated-DESC")
                || !query.get("domain").equals("DEFAULT")) {
            throw new IllegalArgumentException("This stand-in lists nothing else: " + query);
        }
        int size = Integer.parseInt(query.get("itemsPerPage"));
        int page = Integer.parseInt(query.get("page"));
        List<ShortUrl> newestFirst = new ArrayList<>(links);
        Collections.reverse(newestFirst);
        ObjectNode json = JSON.createObjectNode();
        ObjectNode shortUrls = json.putObject("shortUrls");
        ArrayNode data = shortUrls.putArray("data");
        newestFirst.stream().skip((page - 1L) * size).limit(size).forEach(link -> data.add(link.json()));
        shortUrls
                .putObject("pagination")
                .put("currentPage", page)
                .put("pagesCount", Math.max(1, (links.size() + size - 1) / size))
                .put("itemsPerPage", size)
                .put("itemsInCurrentPage", data.size())
                .put("totalItems", links.size());
        return json;
    }

    private static ObjectNode problem(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static void send(HttpExchange exchange, int status, JsonNode json) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(json);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** It answers nothing until the next start. */
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Override
    public void close() {
        stop();
    }
}
