package org.linkmoderation.domains;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.run.RunningExecution;

/**
 * The requests to the functions that charge a card and refund it. Both name the execution by the same key, by which the
 * functions know a repetition, and an undo from its action.
 */
final class Charge {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The member of a text that may be no JSON, up to its end or that of the text. */
    private static final Pattern CARD = Pattern.compile("(\"card\"\\s*:\\s*)(\"(\\\\.|[^\"\\\\])*\"?|[^,}\\s]*)");

    private Charge() {}

    /** Makes the body the request of ChargeCard as it is journaled: without the token of the card. */
    static void chargeRequest(Exchange exchange) throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        JsonNode input = JSON.readTree(execution.input());
        ObjectNode request = JSON.createObjectNode().put("key", key(execution));
        for (String member : new String[] {"owner", "amount", "currency", "card"}) {
            request.set(member, input.get(member));
        }
        exchange.getMessage().setBody(request.toString());
    }

    /** Adds the token of the card, which only the message of this run has. */
    static void addCard(Exchange exchange) throws JsonProcessingException, InvalidRequestException {
        JsonNode received = JSON.readTree(RunningExecution.of(exchange).receivedInput());
        ObjectNode request = (ObjectNode) JSON.readTree(exchange.getMessage().getBody(String.class));
        exchange.getMessage()
                .setBody(request.put("card", Sale.of(received).card()).toString());
    }

    /** Makes the body the request of RefundCharge. */
    static void refundRequest(Exchange exchange) {
        exchange.getMessage()
                .setBody(JSON.createObjectNode()
                        .put("key", key(RunningExecution.of(exchange)))
                        .toString());
    }

    /** What of an input is journaled. */
    static String journaledInput(String input) {
        try {
            return Sale.withoutCard(JSON.readTree(input)).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("An input that is no JSON", e);
        }
    }

    /** The same in every run of the execution; another one in an execution that uses the name again. */
    static String key(RunningExecution execution) {
        return execution.id().stateMachine() + ":" + execution.name() + ":"
                + execution.startDate().toEpochMilli();
    }

    /** A text of a sender's without what may be the token of a card. */
    static String shownText(String text) {
        return CARD.matcher(text).replaceAll("$1\"…\"");
    }
}
