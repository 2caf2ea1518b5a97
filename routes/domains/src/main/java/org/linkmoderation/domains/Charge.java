package org.linkmoderation.domains;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.JsonDocument;

/**
 * The requests to the functions that charge a card and refund it. Both name the execution by the same key, by which the
 * functions know a repetition, and an undo from its action.
 */
final class Charge {
    /** The exchange property that holds the answer of ChargeCard, a JSON document. */
    static final String RECEIPT = "receipt";

    private Charge() {}

    /** Makes the body the request of ChargeCard as it is journaled: without the token of the card. */
    static void chargeRequest(Exchange exchange) {
        CurrentExecution execution = CurrentExecution.of(exchange);
        JsonNode input = execution.inputDocument();
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("key", key(execution));
        for (String member : new String[] {"owner", "amount", "currency", "card"}) {
            request.set(member, input.get(member));
        }
        JsonDocument.set(exchange, request);
    }

    /** Adds the token of the card, which only the message of this run has. */
    static void addCard(Exchange exchange) throws InvalidRequestException {
        JsonNode received = JsonDocument.read(CurrentExecution.of(exchange).receivedInput());
        ObjectNode request = (ObjectNode) JsonDocument.bodyOf(exchange);
        JsonDocument.set(exchange, request.put("card", Sale.of(received).card()));
    }

    /** Makes the body the request of RefundCharge. */
    static void refundRequest(Exchange exchange) {
        String key = key(CurrentExecution.of(exchange));
        JsonDocument.set(exchange, JsonNodeFactory.instance.objectNode().put("key", key));
    }

    /** Makes the body the output of the sale: what was sold, and the id of the charge. */
    static void output(Exchange exchange) {
        JsonNode input = CurrentExecution.of(exchange).inputDocument();
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        for (String member : new String[] {"domain", "owner", "amount", "currency"}) {
            output.set(member, input.get(member));
        }
        output.set(
                "chargeId",
                JsonDocument.read(exchange.getProperty(RECEIPT, String.class)).path("chargeId"));
        JsonDocument.set(exchange, output.put("status", "confirmed"));
    }

    /** The same in every run of the execution; another one in an execution that uses the name again. */
    static String key(CurrentExecution execution) {
        return execution.id().stateMachine() + ":" + execution.name() + ":"
                + execution.startDate().toEpochMilli();
    }
}
