package org.linkmoderation.webhooks;

import static org.apache.camel.LoggingLevel.WARN;

import jakarta.jms.JMSException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.support.DefaultMessage;
import org.linkmoderation.DeadLetterQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the queue of notices to a queue for each receiver, so that one that is slow does not hold up the others; and
 * from there, when a call has failed, to the queue of its retries, whose messages the broker delays. Each step is one
 * transaction of the broker's, and a message is acknowledged when its call has succeeded or what becomes of it is sent.
 */
final class WebhookRoutes extends RouteBuilder {
    /** What is added to the name of a receiver's queue for that of its retries; the local broker delays such alone. */
    private static final String RETRIES = ".wakes";

    private static final String TO = "receivers";

    /** A message that comes so much too early comes from a broker that can't delay it. */
    private static final Duration EARLY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(WebhookRoutes.class);

    private final WebhookSettings settings;
    private final Courier courier;
    private final Clock clock;
    private final String queue;
    private final AtomicBoolean brokerDelays = new AtomicBoolean(true);

    /**
     * @param settings the queue and the receivers
     * @param courier takes notices to receivers
     * @param clock the clock
     */
    WebhookRoutes(WebhookSettings settings, Courier courier, Clock clock) {
        this.settings = settings;
        this.courier = courier;
        this.clock = clock;
        this.queue = settings.queue();
    }

    // @formatter:off
    @Override
    public void configure() {
        onException(InvalidNoticeException.class)
            .handled(true)
            .process(WebhookRoutes::addReason)
            .log("Message ${header.JMSMessageID} of queue " + queue + " is now a dead letter: ${exception.message}")
            .toF("jms:queue:%s%s?forceSendOriginalMessage=true", DeadLetterQueue.PREFIX, queue);

        onException(Exception.class)
            .logExhausted(false)
            .log(WARN, "Message ${header.JMSMessageID} of the webhooks waits: ${exception.message}");

        // What others have serialized is not read: the body is the message, whatever it holds
        fromF("jms:queue:%s?concurrentConsumers=2&mapJmsMessage=false", queue).routeId(queue)
            .removeHeaders("Camel*")
            .process(this::begin).id(queue + ".begin")
            .recipientList(exchangeProperty(TO)).stopOnException();

        for (Receiver receiver : settings.receivers()) {
            String own = queue + "." + receiver.name();
            for (String from : List.of(own, own + RETRIES)) {
                fromF("jms:queue:%s?concurrentConsumers=%d&mapJmsMessage=false", from, settings.consumers())
                    .routeId(from)
                    .removeHeaders("Camel*")
                    .process(exchange -> deliver(receiver, exchange)).id(from + ".deliver")
                    .choice()
                        .when(body().isInstanceOf(Courier.Outcome.Later.class))
                            .process(this::later).id(from + ".later")
                            .toF("jms:queue:%s%s", own, RETRIES)
                        .when(body().isInstanceOf(Courier.Outcome.GivenUp.class))
                            .process(exchange -> giveUp(receiver, exchange)).id(from + ".giveUp")
                            .toF("jms:queue:%s%s", DeadLetterQueue.PREFIX, queue)
                    .end();
            }
        }
    }
    // @formatter:on

    /** A notice, or a dead letter that was sent again: that goes to the one receiver that has not taken it. */
    private void begin(Exchange exchange) throws InvalidNoticeException {
        Message message = exchange.getMessage();
        String text = Delivery.text(message);
        Notice notice = Notice.of(text);
        String one = message.getHeader(Delivery.RECEIVER, String.class);
        List<String> to = settings.receivers().stream()
                .map(Receiver::name)
                .filter(name -> one == null || one.equals(name))
                .map(name -> "jms:queue:" + queue + "." + name)
                .toList();
        if (to.isEmpty()) {
            throw new InvalidNoticeException("there is no such webhook; expected one of "
                    + settings.receivers().stream().map(Receiver::name).toList());
        }
        Instant now = clock.instant();
        DefaultMessage begun = new DefaultMessage(exchange);
        Delivery.begin(notice, text, now).write(begun, now);
        exchange.setMessage(begun);
        exchange.setProperty(TO, to);
    }

    private void deliver(Receiver receiver, Exchange exchange) throws InvalidNoticeException {
        Delivery delivery = Delivery.read(exchange.getMessage());
        if (delivery.due().isAfter(clock.instant().plus(EARLY))) {
            if (brokerDelays.compareAndSet(true, false)) {
                LOG.warn("The broker delivered a webhook before its time: it can't delay messages, or its clock is"
                        + " wrong. What waits holds a consumer instead.");
            }
            // Delivered again by the client, after its delay
            throw new IllegalStateException("it is not due before " + delivery.due());
        }
        exchange.getMessage().setBody(courier.deliver(receiver, delivery));
    }

    private void later(Exchange exchange) {
        Delivery delivery =
                exchange.getMessage().getBody(Courier.Outcome.Later.class).delivery();
        DefaultMessage message = new DefaultMessage(exchange);
        delivery.write(message, clock.instant());
        exchange.setMessage(message);
    }

    private static void giveUp(Receiver receiver, Exchange exchange) {
        Courier.Outcome.GivenUp outcome = exchange.getMessage().getBody(Courier.Outcome.GivenUp.class);
        DefaultMessage message = new DefaultMessage(exchange);
        message.setBody(outcome.delivery().text());
        message.setHeader(
                Delivery.EXECUTION_NAME, outcome.delivery().notice().execution().name());
        message.setHeader(Delivery.RECEIVER, receiver.name());
        message.setHeader(DeadLetterQueue.REASON, outcome.reason());
        exchange.setMessage(message);
    }

    /** The message itself is sent on, whatever it holds; its properties can only be written anew. */
    private static void addReason(Exchange exchange) throws JMSException {
        jakarta.jms.Message message = exchange.getMessage(JmsMessage.class).getJmsMessage();
        Map<String, Object> properties = new HashMap<>();
        for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
            String name = (String) names.nextElement();
            properties.put(name, message.getObjectProperty(name));
        }
        properties.put(
                DeadLetterQueue.REASON,
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class).getMessage());
        message.clearProperties();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            if (!property.getKey().startsWith("JMS")) {
                message.setObjectProperty(property.getKey(), property.getValue());
            }
        }
    }
}
