package org.linkmoderation.moderation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.aws.TableSetup;
import org.linkmoderation.journal.RunningExecution;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * The shapes of the links table, {@code PK = LINK#<code>}, {@code SK = META}, as the headers of camel-aws2-ddb.
 *
 * <p>A decision is written only where the link is pending and leads to the URL that was scanned, and it notes the name
 * of the execution that took it: so it is safe to repeat, creates nothing, and never overwrites another's.
 */
final class LinksTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STATUS = "status";
    private static final String URL = "url";
    private static final String MODERATED_BY = "moderatedBy";

    private LinksTable() {}

    static CreateTableRequest createTable(String table) {
        return TableSetup.table(table, "PK", "SK").build();
    }

    /** Prepares the update that gives the link of this execution a status. */
    static Processor setStatus(String status) {
        return exchange -> prepareUpdate(exchange, status, Map.of());
    }

    /**
     * Prepares the update that marks the link of this execution with the error in the body, {@code {"Error", "Cause"}}.
     */
    static void setError(Exchange exchange) throws JsonProcessingException, InvalidRequestException {
        var error = JSON.readTree(exchange.getMessage().getBody(String.class));
        String now = RunningExecution.of(exchange).now().toString();
        prepareUpdate(
                exchange,
                "error",
                Map.of(
                        "error", put(error.path("Error").asText()),
                        "cause", put(error.path("Cause").asText()),
                        "errorAt", put(now)));
    }

    private static void prepareUpdate(Exchange exchange, String status, Map<String, AttributeValueUpdate> more)
            throws JsonProcessingException, InvalidRequestException {
        RunningExecution execution = RunningExecution.of(exchange);
        Link link = link(execution);
        Map<String, AttributeValueUpdate> updates = new HashMap<>(more);
        updates.put(STATUS, put(status));
        updates.put(MODERATED_BY, put(execution.name()));
        updates.put("moderatedAt", put(execution.now().toString()));
        updates.put(
                "decisions",
                AttributeValueUpdate.builder()
                        .action(AttributeAction.ADD)
                        .value(AttributeValue.fromN("1"))
                        .build());
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        headers.put(
                Ddb2Constants.KEY,
                Map.of("PK", AttributeValue.fromS("LINK#" + link.code()), "SK", AttributeValue.fromS("META")));
        headers.put(Ddb2Constants.UPDATE_VALUES, updates);
        headers.put(Ddb2Constants.UPDATE_CONDITION, Map.of(STATUS, equal("pending"), URL, equal(link.url())));
        headers.put(Ddb2Constants.RETURN_VALUES, ReturnValue.UPDATED_NEW.toString());
        // For the read that tells why an update was refused
        headers.put(Ddb2Constants.ATTRIBUTE_NAMES, List.of(STATUS, URL, MODERATED_BY));
        headers.put(Ddb2Constants.CONSISTENT_READ, true);
    }

    /**
     * After an update was refused and the link read: goes on if this very execution took the decision, in an earlier
     * run or in a request whose answer was lost.
     *
     * @throws TaskFailedException otherwise, with the reason that DynamoDB does not tell
     */
    static void confirmOwnDecision(Exchange exchange) throws Exception {
        RunningExecution execution = RunningExecution.of(exchange);
        @SuppressWarnings("unchecked")
        Map<String, AttributeValue> item = Optional.ofNullable((Map<String, AttributeValue>)
                        exchange.getMessage().getHeader(Ddb2Constants.ATTRIBUTES, Map.class))
                .orElse(Map.of());
        @SuppressWarnings("unchecked")
        Map<String, AttributeValueUpdate> updates =
                exchange.getMessage().getHeader(Ddb2Constants.UPDATE_VALUES, Map.class);
        boolean own = text(item, MODERATED_BY).equals(execution.name())
                && item.get(STATUS).equals(updates.get(STATUS).value());
        if (!own) {
            throw new TaskFailedException("DynamoDB.ConditionalCheckFailedException", refusal(link(execution), item));
        }
    }

    private static String refusal(Link link, Map<String, AttributeValue> item) {
        String subject = "The conditional request failed: link '" + link.code() + "' ";
        if (item.isEmpty()) {
            return subject + "does not exist.";
        }
        if (!text(item, STATUS).equals("pending")) {
            String by = text(item, MODERATED_BY);
            return subject + "has status '" + text(item, STATUS) + "'"
                    + (by.isEmpty() ? "" : ", set by execution '" + by + "'") + "; expected 'pending'.";
        }
        return subject + "leads to '" + StartRequest.abbreviate(text(item, URL))
                + "', not to the URL that was scanned.";
    }

    private static Link link(RunningExecution execution) throws JsonProcessingException, InvalidRequestException {
        return Link.of(JSON.readTree(execution.input()));
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return item.containsKey(name) && item.get(name).s() != null
                ? item.get(name).s()
                : "";
    }

    private static AttributeValueUpdate put(String text) {
        return AttributeValueUpdate.builder()
                .action(AttributeAction.PUT)
                .value(AttributeValue.fromS(text))
                .build();
    }

    private static ExpectedAttributeValue equal(String text) {
        return ExpectedAttributeValue.builder()
                .comparisonOperator(ComparisonOperator.EQ)
                .attributeValueList(AttributeValue.fromS(text))
                .build();
    }
}
