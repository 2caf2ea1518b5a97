package org.linkmoderation.bench.store;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;

/** The same requests as text over HTTP: what the store can do without the work of AWS's client. */
final class RawRequests implements Requests {

    private static final String ITEM =
            "{\"id\":{\"S\":\"%s\"},\"owner\":{\"S\":\"owner-%d\"},\"status\":{\"S\":\"odd\"},\"note\":{\"S\":\"%s\"}}";
    private static final String PUT = "{\"TableName\":\"" + SdkRequests.TABLE + "\",\"Item\":%s}";

    private final URI endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    RawRequests(URI endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void make(Operation operation, int caller, long number) throws IOException, InterruptedException {
        switch (operation) {
            case PUT_ITEM -> call("PutItem", put("raw-" + caller + "-" + number, number));
            case UPDATE_ITEM ->
                call("UpdateItem", """
                        {"TableName":"%s","Key":{"id":{"S":"changed-%d"}},"UpdateExpression":"SET #status = :new",\
                        "ConditionExpression":"#status = :old OR #status = :new",\
                        "ExpressionAttributeNames":{"#status":"status"},\
                        "ExpressionAttributeValues":{":old":{"S":"%s"},":new":{"S":"%s"}}}""".formatted(SdkRequests.TABLE, caller, status(number + 1), status(number)));
            case TRANSACT_WRITE ->
                call(
                        "TransactWriteItems",
                        "{\"TransactItems\":[{\"Put\":%s},{\"Put\":%s}]}"
                                .formatted(
                                        put("raw-left-" + caller + "-" + number, number),
                                        put("raw-right-" + caller + "-" + number, number)));
            case QUERY -> {
                var answer = call("Query", """
                        {"TableName":"%s","IndexName":"%s","KeyConditionExpression":"#owner = :owner",\
                        "ExpressionAttributeNames":{"#owner":"owner"},\
                        "ExpressionAttributeValues":{":owner":{"S":"queried"}}}""".formatted(SdkRequests.TABLE, SdkRequests.INDEX));
                if (!answer.contains("\"Count\":" + SdkRequests.QUERIED)) {
                    throw new IllegalStateException("Expected " + SdkRequests.QUERIED + " items, not " + answer);
                }
            }
        }
    }

    private static String put(String id, long number) {
        return String.format(Locale.ROOT, PUT, String.format(Locale.ROOT, ITEM, id, number % 100, SdkRequests.NOTE));
    }

    private static String status(long number) {
        return number % 2 == 0 ? "even" : "odd";
    }

    private String call(String operation, String body) throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(endpoint)
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(operation + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        // The client has nothing to close in Java 17
    }
}
