package org.linkmoderation.domains;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.states.CurrentExecution;

/**
 * The requests to the functions that charge a card and refund it. Both name the execution by the same key, by which the
 * functions know a repetition, and an undo from its action.
 */
final class Charge {
    /** The exchange property that holds the answer of ChargeCard, a JSON document. */
    static final String RECEIPT = "receipt";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Charge() {}

    /** Makes the body the request of ChargeCard as it is journaled: without the token of the card. */
    static void chargeRequest(Exchange exchange) throws JsonProcessingException {
        CurrentExecution execution = CurrentExecution.of(exchange);
        JsonNode input = JSON.readTree(execution.input());
        ObjectNode request = JSON.createObjectNode().put("key", key(execution));
        for (String member : new String[] {"owner", "amount", "currency", "card"}) {
            request.set(member, input.get(member));
        }
        exchange.getMessage().setBody(request.toString());
    }

    /** Adds the token of the card, which only the message of this run has. */
    static void addCard(Exchange exchange) throws JsonProcessingException, InvalidRequestException {
        JsonNode received = JSON.readTree(CurrentExecution.of(exchange).receivedInput());
        ObjectNode request = (ObjectNode) JSON.readTree(exchange.getMessage().getBody(String.class));
        exchange.getMessage()
                .setBody(request.put("card", Sale.of(received).card()).toString());
    }

    /** Makes the body the request of RefundCharge. */
    static void refundRequest(Exchange exchange) {
        exchange.getMessage()
                .setBody(JSON.createObjectNode()
                        .put("key", key(CurrentExecution.of(exchange)))
                        .toString());
    }

    /** Makes the body the output of the sale: what was sold, and the id of the charge. */
    static void output(Exchange exchange) throws JsonProcessingException {
        JsonNode input = JSON.readTree(CurrentExecution.of(exchange).input());
        ObjectNode output = JSON.createObjectNode();
        for (String member : new String[] {"domain", "owner", "amount", "currency"}) {
            output.set(member, input.get(member));
        }
        output.set(
                "chargeId",
                JSON.readTree(exchange.getProperty(RECEIPT, String.class)).path("chargeId"));
        exchange.getMessage().setBody(output.put("status", "confirmed").toString());
    }

    /** The same in every run of the execution; another one in an execution that uses the name again. */
    static String key(CurrentExecution execution) {
        return execution.id().stateMachine() + ":" + execution.name() + ":"
                + execution.startDate().toEpochMilli();
    }
}
