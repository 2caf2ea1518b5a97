package org.linkmoderation.itests.crash;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.linkmoderation.itests.Ports;

/** A collector of traces that keeps what it receives by OTLP over HTTP. */
public final class TraceCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    public TraceCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** The spans of a trace so far, by their start. */
    public List<Span> trace(String traceId) {
        return spans.stream()
                .filter(span -> hex(span.getTraceId()).equals(traceId))
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();
    }

    /** How many spans have come. */
    int size() {
        return spans.size();
    }

    /**
     * Whether all spans of a trace are there that were begun with this one or before: the parent of each, which ends
     * after it.
     *
     * @param sender the span id of the sender, which is not collected
     * @param last a name of a span of the last run
     */
    public boolean isWhole(String traceId, String sender, String last) {
        List<Span> spans = trace(traceId);
        Set<String> ids = spans.stream().map(span -> hex(span.getSpanId())).collect(Collectors.toSet());
        return spans.stream().anyMatch(span -> span.getName().equals(last))
                && spans.stream()
                        .map(span -> hex(span.getParentSpanId()))
                        .allMatch(parent -> parent.isEmpty() || parent.equals(sender) || ids.contains(parent));
    }

    /** A trace as text: a line a span, indented below its parent. */
    public static String print(List<Span> trace, String parent, String indent) {
        StringBuilder text = new StringBuilder();
        for (Span span : trace) {
            if (hex(span.getParentSpanId()).equals(parent)) {
                text.append(String.format(
                        "%8.1f ms  %s%s%n",
                        (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1e6, indent, span.getName()));
                text.append(print(trace, hex(span.getSpanId()), indent + "  "));
            }
        }
        return text.toString();
    }

    static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            request.getResourceSpansList()
                    .forEach(resource ->
                            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
