package org.linkmoderation;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.linkmoderation.component.VisibleText;

/**
 * A request to start an execution, or to redrive one that has ended without success.
 *
 * @param stateMachine the name of the state machine
 * @param name the name of the execution, see {@link #checkName}
 * @param requestId identifies this request however often it is delivered: a second delivery is told by it from a second
 *     request that uses the same name; 1 to 1,024 characters
 * @param deliveryId identifies the message that carries it: of several messages with one request id, the one that
 *     created the record sees the execution through
 * @param type what is promised of the execution
 * @param redrive whether an execution of that name is to be redriven
 * @param input the input, a JSON document of at most {@value #MAX_INPUT_BYTES} bytes of UTF-8
 * @param traceparent the trace that the message belongs to, as the W3C header of this name says it
 */
public record StartRequest(
        String stateMachine,
        String name,
        String requestId,
        String deliveryId,
        ExecutionType type,
        boolean redrive,
        String input,
        Optional<String> traceparent) {
    /** The header and property of a message that names its trace. */
    public static final String TRACEPARENT = "traceparent";

    /** The largest payload in bytes of UTF-8, as in Step Functions' quotas. */
    public static final int MAX_INPUT_BYTES = 262_144;

    private static final int MAX_REQUEST_ID_CHARACTERS = 1_024;
    private static final int MAX_NAME_CHARACTERS = 80;

    /** What no name may have, for it separates or selects something elsewhere. */
    private static final String NOT_IN_NAMES = "<>{}[]?*\"#%\\^|~`$&,;:/";

    /**
     * Versions to come may append more.
     *
     * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>
     */
    private static final Pattern TRACE =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,200})?");

    /** A request that belongs to no trace. */
    public StartRequest(
            String stateMachine,
            String name,
            String requestId,
            String deliveryId,
            ExecutionType type,
            boolean redrive,
            String input) {
        this(stateMachine, name, requestId, deliveryId, type, redrive, input, Optional.empty());
    }

    /**
     * Makes a request to start an execution after a check of its name, its id and the size of its input.
     *
     * @throws InvalidRequestException if one of them is out of bounds
     */
    public static StartRequest of(String stateMachine, String name, String requestId, ExecutionType type, String input)
            throws InvalidRequestException {
        checkName(name);
        checkRequestId(requestId);
        int bytes = input.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_INPUT_BYTES) {
            throw tooLarge(bytes);
        }
        return new StartRequest(stateMachine, name, requestId, requestId, type, false, input);
    }

    /** The refusal of an input that is known to be too large before it is read. */
    public static RequestTooLargeException tooLarge(long bytes) {
        return new RequestTooLargeException(
                "States.DataLimitExceeded: the input has " + bytes + " bytes; expected at most " + MAX_INPUT_BYTES);
    }

    /** This request as a message carries it. */
    public StartRequest deliveredAs(String messageId) {
        return new StartRequest(stateMachine, name, requestId, messageId, type, redrive, input, traceparent);
    }

    /** This request as part of a trace; of none, if the text is no {@code traceparent}. */
    public StartRequest tracedBy(String header) {
        Optional<String> trace =
                Optional.ofNullable(header).filter(text -> TRACE.matcher(text).matches());
        return new StartRequest(stateMachine, name, requestId, deliveryId, type, redrive, input, trace);
    }

    /** The id of the trace that a {@code traceparent} names, 32 hexadecimal digits. */
    public static Optional<String> traceId(String traceparent) {
        return Optional.of(TRACE.matcher(traceparent)).filter(Matcher::matches).map(matcher -> matcher.group(1));
    }

    /** This request with another input. */
    public StartRequest withInput(String other) {
        return new StartRequest(stateMachine, name, requestId, deliveryId, type, redrive, other, traceparent);
    }

    /** What it asks to run. */
    public ExecutionId id() {
        return new ExecutionId(stateMachine, name);
    }

    /**
     * A request to go on with a recorded execution that waits.
     *
     * @param messageId the id of the message that wakes it
     * @param received the input as the request brought it; the recorded one if empty
     */
    public static StartRequest wake(Execution recorded, String messageId, Optional<String> received) {
        return new StartRequest(
                recorded.stateMachine(),
                recorded.name(),
                recorded.requestIds().get(recorded.requestIds().size() - 1),
                messageId,
                ExecutionType.STANDARD,
                false,
                received.orElse(recorded.input()));
    }

    /** A request to redrive a recorded execution, with its recorded input. */
    public static StartRequest redrive(Execution recorded, String requestId) {
        return new StartRequest(
                recorded.stateMachine(),
                recorded.name(),
                requestId,
                requestId,
                ExecutionType.STANDARD,
                true,
                recorded.input());
    }

    /**
     * Checks the name of an execution: 1 to 80 characters (UTF-16 code units) as Step Functions takes them, letters of
     * all languages among them, but no white space, no control character and none of <code>
     * &lt; &gt; { } [ ] ? * " # % \ ^ | ~ ` $ &amp; , ; : /</code>. Beyond the service's rule, each character is
     * {@linkplain VisibleText seen}: no two names look the same because one hides something.
     *
     * @throws InvalidRequestException if it can't be one
     * @see <a
     *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_RequestSyntax">StartExecution</a>
     */
    public static void checkName(String name) throws InvalidRequestException {
        if (name.isEmpty()
                || name.length() > MAX_NAME_CHARACTERS
                || !name.codePoints().allMatch(StartRequest::isOfName)) {
            throw new InvalidRequestException("ExecutionName is '" + abbreviate(name)
                    + "'; expected 1 to 80 characters, without white space, invisible characters and "
                    + NOT_IN_NAMES.replaceAll("(?<=.)(?=.)", " "));
        }
    }

    private static boolean isOfName(int character) {
        boolean isNoncharacter = (character & 0xFFFE) == 0xFFFE;
        return VisibleText.isVisible(character)
                && !Character.isSpaceChar(character)
                && !isNoncharacter
                && NOT_IN_NAMES.indexOf(character) < 0;
    }

    /**
     * Checks the id of a request: a longer one would not fit into the record, and never would.
     *
     * @throws InvalidRequestException if it can't be one
     */
    public static void checkRequestId(String requestId) throws InvalidRequestException {
        if (requestId.isEmpty() || requestId.length() > MAX_REQUEST_ID_CHARACTERS) {
            throw new InvalidRequestException(
                    "RequestId has " + requestId.length() + " characters; expected 1 to " + MAX_REQUEST_ID_CHARACTERS);
        }
    }

    /**
     * The name of an execution whose sender gave none: always the same for the same request, so that a second delivery
     * finds the execution of the first.
     */
    public static String nameFor(String requestId) {
        return UUID.nameUUIDFromBytes(requestId.getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** A text of the sender's, cut to 100 characters for a message, in which each {@linkplain VisibleText is seen}. */
    public static String abbreviate(String text) {
        return text.length() <= 100 ? VisibleText.of(text) : VisibleText.of(text.substring(0, 100)) + "…";
    }
}
