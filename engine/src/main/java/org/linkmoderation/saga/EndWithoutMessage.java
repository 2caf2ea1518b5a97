package org.linkmoderation.saga;

import java.util.function.Consumer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.linkmoderation.Execution;
import org.linkmoderation.trigger.RequestQueue;

/**
 * The notice of the end of a saga whose message is lost: where there is no message to be acknowledged with it, it is
 * sent by itself.
 */
public final class EndWithoutMessage extends RouteBuilder implements Consumer<Execution> {
    private static final String ENDED = "direct:EndWithoutMessage";

    private final ProducerTemplate routes;
    private final String notices;

    /**
     * @param routes sends to the route
     * @param notices the topic of notices
     */
    public EndWithoutMessage(ProducerTemplate routes, String notices) {
        this.routes = routes;
        this.notices = notices;
    }

    // @formatter:off
    @Override
    public void configure() {
        from(ENDED).routeId("EndWithoutMessage").errorHandler(noErrorHandler())
            .process(RequestQueue::toNotice).id("EndWithoutMessage.notice")
            .toF("requests:topic:%s", notices);
    }
    // @formatter:on

    @Override
    public void accept(Execution ended) {
        routes.sendBody(ENDED, ended);
    }
}
