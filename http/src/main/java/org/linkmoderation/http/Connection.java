package org.linkmoderation.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: reads a request, has it handled, writes the response, and then reads the next. Lives on the event
 * loop of its channel; only the handler's work is elsewhere.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** An IP address is no name that could be rebound. */
    /** AWS clients put {@code sync-} before the host of some actions; no domain of others can have such a name. */
    private static final Pattern THIS_MACHINE = Pattern.compile(
            "(?:(?:sync-)?(?:localhost|[0-9.]+)|\\[[0-9a-f:.]+])?(?::[0-9]*)?", Pattern.CASE_INSENSITIVE);

    /** What the connection waits for. */
    private enum Phase {
        NEXT_REQUEST,
        HEADERS,
        BODY,
        HANDLER,
        READER
    }

    private final Channel channel;
    private final Connections connections;
    private final Requests requests;
    private Phase phase = Phase.HEADERS;
    private long since = System.nanoTime();
    /** Requests that arrived in one piece with the one before; nothing more is read until they are answered. */
    private final Queue<FullHttpRequest> further = new ArrayDeque<>();

    Connection(Channel channel, Connections connections, Requests requests) {
        this.channel = channel;
        this.connections = connections;
        this.requests = requests;
    }

    Channel channel() {
        return channel;
    }

    boolean waitsForClient() {
        return phase != Phase.HANDLER;
    }

    boolean owesResponse() {
        return phase == Phase.HANDLER || phase == Phase.READER;
    }

    boolean waitsForRequest() {
        return !owesResponse();
    }

    boolean isOverdue(long now, HttpLimits limits) {
        Duration limit = switch (phase) {
            case NEXT_REQUEST -> limits.idleTime();
            case HEADERS -> limits.headerTime();
            case BODY -> limits.requestTime();
            case READER -> limits.responseTime();
            case HANDLER -> null;
        };
        return limit != null && now - since > limit.toNanos();
    }

    /** Is told of each piece of a request that arrives. */
    void received() {
        if (phase == Phase.NEXT_REQUEST) {
            move(Phase.HEADERS);
        }
    }

    /** Is told that the headers of a request are complete. The time of the request goes on from its first byte. */
    void headersReceived() {
        // Not while the request before it is being handled
        if (phase == Phase.HEADERS) {
            phase = Phase.BODY;
        }
    }

    private void move(Phase next) {
        phase = next;
        since = System.nanoTime();
        connections.moved(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (connections.add(this)) {
            context.read();
        } else {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connections.remove(this);
        further.forEach(FullHttpRequest::release);
        further.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var request = (FullHttpRequest) message;
        if (owesResponse()) {
            further.add(request);
        } else {
            handle(request);
        }
    }

    private void handle(FullHttpRequest request) {
        try {
            move(Phase.HANDLER);
            if (request.decoderResult().isFailure()) {
                refuse(refusal(request.decoderResult().cause()));
                return;
            }
            boolean keepAlive = HttpUtil.isKeepAlive(request);
            var plain = plain(request);
            if (plain == null) {
                refuse(HttpResponse.text(400, "The path is not percent-encoded UTF-8.\n"));
                return;
            }
            if (isForeignHost(plain)) {
                refuse(HttpResponse.text(403, "The Host header names another machine; expected localhost.\n"));
                return;
            }
            requests.handle(plain, response -> writeLater(response, keepAlive));
        } finally {
            request.release();
        }
    }

    private void refuse(HttpResponse sentence) {
        write(requests.refused(sentence), false);
    }

    /** A web page can have its own name mean this machine (DNS rebinding), and so call what listens for it alone. */
    private boolean isForeignHost(HttpRequest request) {
        return ((InetSocketAddress) channel.localAddress()).getAddress().isLoopbackAddress()
                && request.header("Host")
                        .filter(host -> !THIS_MACHINE.matcher(host).matches())
                        .isPresent();
    }

    private static HttpResponse refusal(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponse.text(414, "The request line is too long.\n");
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponse.text(431, "The headers are too long.\n")
                : HttpResponse.text(400, "This is no HTTP request.\n");
    }

    private HttpRequest plain(FullHttpRequest request) {
        try {
            var target = new QueryStringDecoder(request.uri());
            return new HttpRequest(
                    request.method().name(),
                    (InetSocketAddress) channel.remoteAddress(),
                    request.uri(),
                    target.path(),
                    target.rawQuery(),
                    headers(request.headers()),
                    ByteBufUtil.getBytes(request.content()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Map<String, String> headers(HttpHeaders headers) {
        var plain = new HashMap<String, String>();
        for (var header : headers) {
            plain.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (a, b) -> a + ", " + b);
        }
        return plain;
    }

    private void writeLater(HttpResponse response, boolean keepAlive) {
        try {
            channel.eventLoop().execute(() -> write(response, keepAlive));
        } catch (RejectedExecutionException e) {
            LOG.debug("The server was closed before {} could be answered.", channel.remoteAddress(), e);
        }
    }

    private void write(HttpResponse response, boolean keepAlive) {
        move(Phase.READER);
        var message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        response.headers().forEach(message.headers()::set);
        message.headers().set(HttpHeaderNames.DATE, requests.date());
        message.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        boolean close = !keepAlive || requests.isClosing();
        if (close) {
            message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        channel.writeAndFlush(message).addListener(written -> {
            if (close || !written.isSuccess()) {
                channel.close();
            } else {
                next();
            }
        });
    }

    private void next() {
        move(Phase.NEXT_REQUEST);
        var waiting = further.poll();
        if (waiting == null) {
            channel.read();
        } else {
            handle(waiting);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection from {} ended.", channel.remoteAddress(), cause);
        context.close();
    }
}
