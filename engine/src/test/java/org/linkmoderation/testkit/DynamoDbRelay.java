package org.linkmoderation.testkit;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Passes requests on to DynamoDB, and its answers back: what every gate before DynamoDB does. */
public final class DynamoDbRelay {

    private static final Set<String> OF_THE_CONNECTION = Set.of("host", "connection", "content-length", "upgrade");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI dynamoDb;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What is answered, by DynamoDB or in its place. */
    public record Answer(int status, Map<String, List<String>> headers, byte[] body) {

        /** Sends it to who asked. */
        public void send(HttpExchange exchange) throws IOException {
            headers.forEach((name, values) -> {
                if (isPassed(name) && !name.startsWith(":")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** @param dynamoDb the endpoint of DynamoDB */
    public DynamoDbRelay(String dynamoDb) {
        this.dynamoDb = URI.create(dynamoDb);
    }

    /** Asks DynamoDB. */
    public Answer forward(Map<String, List<String>> headers, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(dynamoDb).timeout(TIMEOUT).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach((name, values) -> {
            if (isPassed(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
    }

    private static boolean isPassed(String header) {
        return !OF_THE_CONNECTION.contains(header.toLowerCase(Locale.ROOT));
    }
}
