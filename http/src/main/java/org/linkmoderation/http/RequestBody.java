package org.linkmoderation.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Collects the body of a request up to a limit. */
final class RequestBody extends HttpObjectAggregator {
    private final int mostBytes;
    private final Requests requests;

    RequestBody(int mostBytes, Requests requests) {
        super(mostBytes, true);
        this.mostBytes = mostBytes;
        this.requests = requests;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        // The rest is read and dropped: a client that still writes would not see the answer of a closed connection
        context.channel().config().setAutoRead(true);
        context.writeAndFlush(tooLarge());
    }

    /** A client that asks before it sends a body is told at once. */
    @Override
    protected Object newContinueResponse(HttpMessage start, int most, ChannelPipeline pipeline) {
        Object answer = super.newContinueResponse(start, most, pipeline);
        if (answer instanceof FullHttpResponse refusal
                && refusal.status().equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)) {
            refusal.release();
            return tooLarge();
        }
        return answer;
    }

    private FullHttpResponse tooLarge() {
        var refusal = requests.refused(HttpResponse.text(413, "The body has more than " + mostBytes + " bytes.\n"));
        var answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                Unpooled.wrappedBuffer(refusal.body()));
        refusal.headers().forEach(answer.headers()::set);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, refusal.body().length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return answer;
    }
}
