package org.linkmoderation.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Listens on one address, and has each request answered by a handler. One thread does the input and output of all
 * connections, so that a slow client costs a socket and no thread; a bounded pool calls the handler.
 *
 * <p>On loopback, a request whose Host header is a name other than {@code localhost} and {@code sync-localhost} is
 * answered with status 403.
 */
public final class HttpServer implements AutoCloseable {

    private static final int CHUNK = 8 * 1024;
    private static final long CLOSE_POLL_MILLIS = 10;

    private final HttpLimits limits;
    private final EventLoopGroup loop;
    private final Connections connections;
    private final Requests requests;
    private final Channel listener;

    /**
     * Listens when this returns.
     *
     * @param name what its threads are called
     * @param address where to listen; port 0 for any
     * @param limits the limits
     * @param handler answers the requests
     * @throws IOException if the address is taken or is none of this machine
     */
    public HttpServer(String name, InetSocketAddress address, HttpLimits limits, HttpHandler handler)
            throws IOException {
        this(name, address, limits, handler, UnaryOperator.identity());
    }

    /**
     * Listens when this returns.
     *
     * @param name what its threads are called
     * @param address where to listen; port 0 for any
     * @param limits the limits
     * @param handler answers the requests
     * @param refusals makes of each answer that is the server's own, a sentence in plain text, what its clients expect
     *     of an error; called by the thread that does the input and output
     * @throws IOException if the address is taken or is none of this machine
     */
    public HttpServer(
            String name,
            InetSocketAddress address,
            HttpLimits limits,
            HttpHandler handler,
            UnaryOperator<HttpResponse> refusals)
            throws IOException {
        this.limits = limits;
        loop = new NioEventLoopGroup(1, new DefaultThreadFactory(name + " io", true));
        connections = new Connections(limits, loop.next());
        requests = new Requests(handler, limits, new DefaultThreadFactory(name, true), refusals);
        var bind = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOCATOR, allocator())
                .childHandler(new Pipeline())
                .bind(address)
                .awaitUninterruptibly();
        listener = bind.channel();
        if (!bind.isSuccess()) {
            close();
            throw new IOException(
                    address + " cannot be listened on (" + bind.cause().getMessage() + ")", bind.cause());
        }
        FastThreadLocal.removeAll();
    }

    /**
     * Listens on a port of 127.0.0.1 when this returns.
     *
     * @param name what its threads are called
     * @param port the port; 0 for any
     * @param limits the limits
     * @param handler answers the requests
     * @throws IOException if the port is taken
     */
    public static HttpServer onLoopback(String name, int port, HttpLimits limits, HttpHandler handler)
            throws IOException {
        var loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        return new HttpServer(name, new InetSocketAddress(loopback, port), limits, handler);
    }

    /** One arena of chunks of 2 MB, which is enough for one event loop. */
    private static PooledByteBufAllocator allocator() {
        return new PooledByteBufAllocator(true, 1, 1, CHUNK, 8, 256, 64, false);
    }

    private final class Pipeline extends ChannelInitializer<SocketChannel> {

        @Override
        protected void initChannel(SocketChannel channel) {
            var connection = new Connection(channel, connections, requests);
            channel.pipeline()
                    .addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            connection.received();
                            context.fireChannelRead(message);
                        }

                        @Override
                        public void channelReadComplete(ChannelHandlerContext context) {
                            context.fireChannelReadComplete();
                            if (connection.waitsForRequest()) {
                                context.read();
                            }
                        }
                    })
                    .addLast(new HttpServerCodec(limits.headerBytes(), limits.headerBytes(), CHUNK))
                    .addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            if (message instanceof io.netty.handler.codec.http.HttpRequest) {
                                connection.headersReceived();
                            }
                            context.fireChannelRead(message);
                        }
                    })
                    .addLast(new RequestBody(limits.bodyBytes(), requests))
                    .addLast(connection);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Stops listening, lets requests that are being handled end within {@link HttpLimits#closeTime()}, and closes all
     * connections. Takes at most about twice that time.
     */
    @Override
    public void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        listener.close().awaitUninterruptibly();
        requests.closing();
        long deadline = System.nanoTime() + limits.closeTime().toNanos();
        try {
            while (loop.submit(connections::anyOwesResponse).get() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(CLOSE_POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        // Closes every connection of the loop
        loop.shutdownGracefully(0, limits.closeTime().toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(limits.closeTime().toMillis());
        requests.close(limits.closeTime());
        // What Netty keeps of this thread would keep Netty's classes where they are to go
        FastThreadLocal.removeAll();
    }
}
