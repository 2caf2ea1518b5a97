package org.linkmoderation.trigger;

import static org.apache.camel.LoggingLevel.WARN;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsConstants;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.support.DefaultMessage;
import org.linkmoderation.DeadLetterQueue;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.run.ExecutionRunner;
import org.linkmoderation.run.Outcome;
import org.linkmoderation.run.Sweep;
import org.linkmoderation.run.TaskAnswers;
import org.linkmoderation.run.Wake;
import org.linkmoderation.view.ExecutionJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trigger by JMS: a message of the queue is acknowledged when its execution has ended or is parked, and not before.
 * A message that can never become an execution goes to the dead-letter queue, with the reason, in the same transaction.
 */
public final class RequestQueue extends RouteBuilder {
    /** The prefix of the name of a dead-letter queue. */
    public static final String DEAD_LETTER_PREFIX = DeadLetterQueue.PREFIX;

    /** The property of a dead letter that says in a sentence why it is one. */
    public static final String DEAD_LETTER_REASON = DeadLetterQueue.REASON;

    /** The size of a body that the connection has found too large to be read; for such a body only. */
    static final String TOO_LARGE = "TooLargeBodyBytes";

    /** Where the answer goes that the sender of an EXPRESS execution waits for, and the correlation id that it has. */
    private static final String ANSWER_TO = "answerTo";

    private static final String ANSWER_ID = "answerId";

    /** How often the sweep looks for executions that nobody wakes. */
    private static final long SWEEP_MILLIS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(RequestQueue.class);

    private final Requests requests;
    private final ExecutionRunner runner;
    private final RequestSender sender;
    private final Sweep sweep;
    private final TaskAnswers answers;
    private final String queue;
    private final int consumers;
    private final String[] notices;
    private final ExecutionType type;

    /**
     * @param requests what becomes a request
     * @param runner runs the execution
     * @param sender sends wake-ups
     * @param sweep finds executions that nobody wakes
     * @param answers takes the answers to tasks
     * @param settings the queue, how many of its messages are worked on at once, and where notices go
     * @param type what is promised of an execution whose message does not say
     */
    public RequestQueue(
            Requests requests,
            ExecutionRunner runner,
            RequestSender sender,
            Sweep sweep,
            TaskAnswers answers,
            TriggerSettings settings,
            ExecutionType type) {
        this.requests = requests;
        this.runner = runner;
        this.sender = sender;
        this.sweep = sweep;
        this.answers = answers;
        this.queue = settings.queue();
        this.consumers = settings.consumers();
        this.notices = Stream.concat(
                        Stream.of("jms:topic:" + settings.notices()),
                        settings.noticesQueue().map("jms:queue:"::concat).stream())
                .toArray(String[]::new);
        this.type = type;
    }

    // @formatter:off
    @Override
    public void configure() {
        onException(InvalidRequestException.class)
            .handled(true)
            .process(RequestQueue::addReason)
            .log("Message ${header.JMSMessageID} of queue " + queue + " is now a dead letter: ${exception.message}")
            .toF("jms:queue:%s%s?forceSendOriginalMessage=true", DEAD_LETTER_PREFIX, queue);

        onException(Exception.class)
            .logExhausted(false)
            .log(WARN, "Message ${header.JMSMessageID} of queue " + queue + " waits: ${exception.message}");

        // What others have serialized is not read: the body is the message, whatever it holds
        fromF("jms:queue:%s?concurrentConsumers=%d&mapJmsMessage=false", queue, consumers).routeId(queue)
            .removeHeaders("Camel*")
            .removeHeaders("Long-Running-Action")
            .filter(header(Requests.TASK_TOKEN).isNotNull())
                .process(this::answerTask).id(queue + ".answerTask")
                .stop()
            .end()
            .process(this::toRequest).id(queue + ".toRequest")
            .process(this::run).id(queue + ".run")
            .toF("direct:%s.outcome", queue);

        // Waiting executions have a queue and consumers of their own: after new requests they would wait longer
        fromF("jms:queue:%s%s?concurrentConsumers=%d&mapJmsMessage=false", queue, WakeMessage.QUEUE_SUFFIX, consumers)
            .routeId(queue + WakeMessage.QUEUE_SUFFIX)
            .removeHeaders("Camel*")
            .removeHeaders("Long-Running-Action")
            .process(this::wake).id(queue + ".wake")
            .toF("direct:%s.outcome", queue);

        fromF("direct:%s.outcome", queue).routeId(queue + ".outcome").errorHandler(noErrorHandler())
            .choice()
                .when(body().isInstanceOf(Outcome.Parked.class))
                    // Before the message is acknowledged: a wake-up that comes twice does no harm, a lost one would
                    .process(this::sendWake).id(queue + ".park")
                .when(body().isInstanceOf(Outcome.Ended.class))
                    .process(RequestQueue::toNotice).id(queue + ".toNotice")
                    .to(notices)
                    .filter(exchangeProperty(ANSWER_TO).isNotNull())
                        .setHeader(JmsConstants.JMS_DESTINATION, exchangeProperty(ANSWER_TO))
                        .setHeader(JmsConstants.JMS_HEADER_CORRELATION_ID, exchangeProperty(ANSWER_ID))
                        .doTry()
                            .toF("answers:queue:%s.answer", queue)
                        .doCatch(Exception.class)
                            .log(WARN, "Nobody gets the answer of execution ${header.ExecutionName}: ${exception.message}")
                        .end()
                    .end()
            .end();

        fromF("timer:%s.sweep?period=%d&delay=%d", queue, SWEEP_MILLIS, SWEEP_MILLIS).routeId(queue + ".sweep")
            .errorHandler(noErrorHandler())
            .process(sweep).id(queue + ".sweep.run");
    }
    // @formatter:on

    private void run(Exchange exchange) throws Exception {
        exchange.getMessage().setBody(runner.run(exchange.getMessage().getMandatoryBody(StartRequest.class)));
    }

    /** A message that answers a task that was handed out with a token. */
    private void answerTask(Exchange exchange) throws InvalidRequestException {
        Message message = exchange.getMessage();
        String token = message.getHeader(Requests.TASK_TOKEN, String.class);
        String answer = message.getHeader(Requests.TASK_ANSWER, "", String.class);
        switch (answer) {
            case "SUCCESS" -> answers.succeed(token, text(message));
            case "FAILURE" -> answers.fail(token, failure(text(message)));
            case "HEARTBEAT" -> answers.heartbeat(token);
            default ->
                throw new InvalidRequestException(Requests.TASK_ANSWER + " is '" + StartRequest.abbreviate(answer)
                        + "'; expected SUCCESS, FAILURE or HEARTBEAT");
        }
    }

    private static TaskFailedException failure(String text) throws InvalidRequestException {
        JsonNode failure = RequestReader.document(text);
        if (!failure.path("error").isTextual()) {
            throw new InvalidRequestException(
                    "the text is no failure; expected an object {\"error\": \"…\", \"cause\": \"…\"}");
        }
        return new TaskFailedException(
                failure.get("error").textValue(), failure.path("cause").asText(""));
    }

    private void wake(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        Optional<Wake> wake = WakeMessage.read(requests.stateMachine(), message);
        if (wake.isEmpty()) {
            LOG.debug("A message of queue {}{} is no wake-up; it is dropped", queue, WakeMessage.QUEUE_SUFFIX);
        }
        String messageId = message.getHeader(JmsConstants.JMS_HEADER_MESSAGE_ID, String.class);
        message.setBody(wake.isPresent() ? runner.wake(wake.get(), messageId) : new Outcome.Done());
    }

    private void sendWake(Exchange exchange) {
        sender.send(exchange.getMessage().getBody(Outcome.Parked.class).wake());
    }

    private void toRequest(Exchange exchange) throws InvalidRequestException {
        Message message = exchange.getMessage();
        Integer tooLarge = message.getHeader(TOO_LARGE, Integer.class);
        if (tooLarge != null) {
            throw StartRequest.tooLarge(tooLarge);
        }
        String messageId = message.getHeader(JmsConstants.JMS_HEADER_MESSAGE_ID, String.class);
        String requestId = message.getHeader(Requests.REQUEST_ID, messageId, String.class);
        Optional<String> name = Optional.ofNullable(message.getHeader(Requests.EXECUTION_NAME, String.class));
        StartRequest request = Boolean.TRUE.equals(message.getHeader(Requests.REDRIVE, Boolean.class))
                ? requests.redrive(name, requestId)
                : requests.of(name, requestId, type(message), text(message));
        if (request.type() == ExecutionType.EXPRESS) {
            noteAnswer(exchange);
        }
        message.setBody(
                request.deliveredAs(messageId).tracedBy(message.getHeader(StartRequest.TRACEPARENT, String.class)));
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
                DEAD_LETTER_REASON,
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class).getMessage());
        message.clearProperties();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            if (!property.getKey().startsWith("JMS")) {
                message.setObjectProperty(property.getKey(), property.getValue());
            }
        }
    }

    /** The synchronous start: request and reply as JMS has them. */
    private static void noteAnswer(Exchange exchange) {
        Message message = exchange.getMessage();
        exchange.setProperty(ANSWER_TO, message.getHeader(JmsConstants.JMS_HEADER_REPLY_TO));
        exchange.setProperty(
                ANSWER_ID,
                message.getHeader(
                        JmsConstants.JMS_HEADER_CORRELATION_ID, message.getHeader(JmsConstants.JMS_HEADER_MESSAGE_ID)));
    }

    private ExecutionType type(Message message) throws InvalidRequestException {
        String wanted = message.getHeader(Requests.EXECUTION_TYPE, type.name(), String.class);
        try {
            return ExecutionType.valueOf(wanted);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    Requests.EXECUTION_TYPE + " is '" + StartRequest.abbreviate(wanted)
                            + "'; expected STANDARD or EXPRESS",
                    e);
        }
    }

    /**
     * Makes of an execution that has ended its notice, the counterpart of Step Functions' events "Step Functions
     * Execution Status Change".
     */
    public static void toNotice(Exchange exchange) {
        Execution execution = exchange.getMessage().getBody(Outcome.Ended.class).execution();
        DefaultMessage notice = new DefaultMessage(exchange);
        notice.setBody(ExecutionJson.text(ExecutionJson.describe(execution)));
        notice.setHeader(Requests.EXECUTION_NAME, execution.name());
        notice.setHeader("StateMachine", execution.stateMachine());
        notice.setHeader("Status", execution.status().name());
        exchange.setMessage(notice);
    }

    private static String text(Message message) throws InvalidRequestException {
        Object body = message.getBody();
        try {
            if (body instanceof TextMessage text && text.getText() != null) {
                return text.getText();
            }
            if (body instanceof BytesMessage bytes) {
                if (bytes.getBodyLength() > StartRequest.MAX_INPUT_BYTES) {
                    throw StartRequest.tooLarge(bytes.getBodyLength());
                }
                byte[] content = new byte[(int) bytes.getBodyLength()];
                bytes.readBytes(content);
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(content))
                        .toString();
            }
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("the bytes are no text in UTF-8; expected JSON", e);
        } catch (JMSException e) {
            throw new InvalidRequestException("the message can't be read: " + e.getMessage(), e);
        }
        throw new InvalidRequestException(
                "the message is of type " + body.getClass().getSimpleName()
                        + "; expected a TextMessage or a BytesMessage in UTF-8 with a JSON object");
    }
}
