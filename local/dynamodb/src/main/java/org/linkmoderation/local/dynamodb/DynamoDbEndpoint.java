package org.linkmoderation.local.dynamodb;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.http.HttpServer;
import org.linkmoderation.local.dynamodb.operation.Api;
import org.linkmoderation.local.dynamodb.operation.TableDefinition;
import org.linkmoderation.local.dynamodb.storage.Database;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.local.dynamodb.storage.Expiry;
import org.linkmoderation.local.dynamodb.storage.StoreException;
import org.linkmoderation.local.dynamodb.storage.Tables;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table store with the DynamoDB API, on a port of 127.0.0.1. Requests need no signature: any process that can reach
 * the port of this machine can read and write.
 */
public final class DynamoDbEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbEndpoint.class);
    private static final String TARGET = "DynamoDB_20120810.";
    /** What the service takes: a batch of 25 items of 400 kB, as base64 in JSON. */
    private static final int LARGEST_REQUEST = 16 * 1024 * 1024;

    private static final int WORKERS = 8;
    private static final Duration EXPIRY_ROUND = Duration.ofSeconds(10);

    private final Database database;
    private final Expiry expiry;
    private final Api api;
    private final HttpServer server;

    /**
     * Answers when this returns.
     *
     * @param port the port; 0 for any
     * @param directory the directory of the database, which exists
     * @param acknowledge what an acknowledged write survives
     * @throws StoreException if the database cannot be opened
     * @throws IOException if the port is taken
     */
    public DynamoDbEndpoint(int port, Path directory, Acknowledge acknowledge) throws IOException {
        this(port, directory, acknowledge, EXPIRY_ROUND);
    }

    DynamoDbEndpoint(int port, Path directory, Acknowledge acknowledge, Duration expiryRound) throws IOException {
        database = new Database(directory, acknowledge, WORKERS);
        try {
            var tables = new Tables(database, TableDefinition::of);
            api = new Api(database, tables);
            server = HttpServer.onLoopback(
                    "dynamodb",
                    port,
                    HttpLimits.defaults().withBodyBytes(LARGEST_REQUEST).withWorkers(WORKERS, 1_024),
                    this::handle);
            expiry = new Expiry(database, tables, expiryRound);
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request) {
        if (request.method().equals("GET")) {
            // As the service answers a question whether it is there
            return CompletableFuture.completedFuture(HttpResponse.text(200, "healthy: dynamodb"));
        }
        return CompletableFuture.completedFuture(request)
                .thenCompose(this::call)
                .thenApply(body -> response(200, body))
                .exceptionally(DynamoDbEndpoint::error);
    }

    private CompletionStage<byte[]> call(HttpRequest request) {
        var target = request.header("X-Amz-Target").orElse("");
        if (!request.method().equals("POST") || !target.startsWith(TARGET)) {
            throw ApiException.unknownOperation(
                    "Expected POST with the header X-Amz-Target: " + TARGET + "<operation>");
        }
        return api.call(target.substring(TARGET.length()), request.body());
    }

    private static HttpResponse error(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ApiException error) {
            return response(error.status(), Api.bytes(error));
        }
        LOG.error("A request failed.", cause);
        return response(500, Api.bytes(ApiException.internal("The table store failed; its log has the cause.")));
    }

    private static HttpResponse response(int status, byte[] body) {
        return new HttpResponse(
                status,
                Map.of(
                        "Content-Type",
                        "application/x-amz-json-1.0",
                        "x-amzn-RequestId",
                        UUID.randomUUID().toString()),
                body);
    }

    /** Lets requests end, and closes the database. */
    @Override
    public void close() {
        server.close();
        expiry.close();
        database.close();
    }
}
