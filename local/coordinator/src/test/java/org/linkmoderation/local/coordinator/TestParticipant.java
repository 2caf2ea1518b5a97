package org.linkmoderation.local.coordinator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** A participant that notes what it is called with. */
final class TestParticipant implements AutoCloseable {

    /** What the coordinator asked for. */
    record Call(String path, String authorization, String lra) {}

    private final HttpServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /** @param answer gives the status to answer a call with; 302 points to {@code /elsewhere} */
    TestParticipant(int port, ToIntFunction<Call> answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            var headers = exchange.getRequestHeaders();
            var call = new Call(
                    exchange.getRequestURI().toString(),
                    headers.getFirst("Authorization"),
                    headers.getFirst("Long-Running-Action"));
            calls.add(call);
            int status = answer.applyAsInt(call);
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port() + "/elsewhere");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    List<Call> calls() {
        return calls;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
