package org.linkmoderation.domains;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
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
 * The shapes of the table of domains, {@code PK = DOMAIN#<name>}, {@code SK = META}, as the headers of camel-aws2-ddb.
 *
 * <p>A domain is free while its item is missing or has no {@code status}; then it is {@code reserved}, then
 * {@code confirmed}, by the execution whose key stands in {@code soldBy}. Each update is one conditional request that
 * is safe to repeat. A release takes back both; behind one whose reservation was never answered an attribute
 * {@code refused.<key>} stays, so that a reservation that comes after its release has no effect.
 */
final class DomainsTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STATUS = "status";
    private static final String RESERVED = "reserved";
    private static final String CONFIRMED = "confirmed";
    private static final String OWNER = "owner";
    private static final String SOLD_BY = "soldBy";
    private static final String RESERVED_AT = "reservedAt";
    private static final String CONFIRMED_AT = "confirmedAt";

    private DomainsTable() {}

    static CreateTableRequest createTable(String table) {
        return TableSetup.table(table, "PK", "SK").build();
    }

    /** Prepares the update that reserves the domain, if it is free. */
    static void reserve(Exchange exchange) throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        prepare(
                exchange,
                Map.of(
                        STATUS, put(RESERVED),
                        OWNER, put(input(execution).path(OWNER).textValue()),
                        SOLD_BY, put(Charge.key(execution)),
                        RESERVED_AT, put(execution.now().toString())),
                Map.of(STATUS, missing(), refusal(execution), missing()));
    }

    /** Prepares the update that makes the reservation final, if it is this execution's. */
    static void confirm(Exchange exchange) throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        prepare(
                exchange,
                Map.of(
                        STATUS, put(CONFIRMED),
                        CONFIRMED_AT, put(execution.now().toString())),
                Map.of(STATUS, equal(RESERVED), SOLD_BY, equal(Charge.key(execution))));
    }

    /** Prepares the update that makes the domain free, if it is this execution's. */
    static void release(Exchange exchange) throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        prepare(
                exchange,
                Map.of(
                        STATUS, delete(),
                        OWNER, delete(),
                        SOLD_BY, delete(),
                        RESERVED_AT, delete(),
                        CONFIRMED_AT, delete()),
                Map.of(SOLD_BY, equal(Charge.key(execution))));
    }

    /** Prepares the update behind which no reservation of this execution has an effect. */
    static void refuse(Exchange exchange) throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        prepare(exchange, Map.of(refusal(execution), put(execution.now().toString())), Map.of());
    }

    /** After a release was refused: the domain is not this execution's, and so there is nothing to release. */
    static void notReserved(Exchange exchange) {
        exchange.getMessage().removeHeader(Ddb2Constants.ATTRIBUTES);
    }

    /**
     * After an update was refused and the item read: goes on if this very execution made it, in an earlier run or in a
     * request whose answer was lost.
     *
     * @throws TaskFailedException otherwise: {@code DomainTaken} if another has the domain
     */
    static void checkOwn(Exchange exchange) throws Exception {
        RunningExecution execution = RunningExecution.of(exchange);
        @SuppressWarnings("unchecked")
        Map<String, AttributeValue> item = Optional.ofNullable((Map<String, AttributeValue>)
                        exchange.getMessage().getHeader(Ddb2Constants.ATTRIBUTES, Map.class))
                .orElse(Map.of());
        @SuppressWarnings("unchecked")
        Map<String, AttributeValueUpdate> updates =
                exchange.getMessage().getHeader(Ddb2Constants.UPDATE_VALUES, Map.class);
        String wanted = updates.get(STATUS).value().s();
        String status = text(item, STATUS);
        boolean isOwn = text(item, SOLD_BY).equals(Charge.key(execution));
        if (isOwn && (status.equals(wanted) || status.equals(CONFIRMED))) {
            return;
        }
        String domain = Sale.domain(input(execution).path("domain").textValue());
        if (wanted.equals(RESERVED) && !status.isEmpty()) {
            throw new TaskFailedException("DomainTaken", "The domain '" + domain + "' is " + status + " already.");
        }
        throw new TaskFailedException(
                "DynamoDB.ConditionalCheckFailedException",
                "The conditional request failed: the domain '" + domain + "' is "
                        + (status.isEmpty() ? "not reserved" : status + " by another execution") + "; expected "
                        + (wanted.equals(RESERVED) ? "that its release was not asked for" : "reserved by this one")
                        + ".");
    }

    private static void prepare(
            Exchange exchange, Map<String, AttributeValueUpdate> updates, Map<String, ExpectedAttributeValue> condition)
            throws JsonProcessingException {
        RunningExecution execution = RunningExecution.of(exchange);
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        headers.put(Ddb2Constants.KEY, key(execution));
        headers.put(Ddb2Constants.UPDATE_VALUES, new HashMap<>(updates));
        headers.put(Ddb2Constants.UPDATE_CONDITION, condition);
        headers.put(Ddb2Constants.RETURN_VALUES, ReturnValue.UPDATED_NEW.toString());
        // For the read that tells why an update was refused
        headers.put(Ddb2Constants.ATTRIBUTE_NAMES, List.of(STATUS, SOLD_BY));
        headers.put(Ddb2Constants.CONSISTENT_READ, true);
    }

    private static Map<String, AttributeValue> key(RunningExecution execution) throws JsonProcessingException {
        try {
            String domain = Sale.domain(input(execution).path("domain").textValue());
            return Map.of("PK", AttributeValue.fromS("DOMAIN#" + domain), "SK", AttributeValue.fromS("META"));
        } catch (org.linkmoderation.InvalidRequestException e) {
            throw new IllegalStateException("An input that was accepted", e);
        }
    }

    private static JsonNode input(RunningExecution execution) throws JsonProcessingException {
        return JSON.readTree(execution.input());
    }

    private static String refusal(RunningExecution execution) {
        return "refused." + Charge.key(execution);
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

    private static AttributeValueUpdate delete() {
        return AttributeValueUpdate.builder().action(AttributeAction.DELETE).build();
    }

    private static ExpectedAttributeValue equal(String text) {
        return ExpectedAttributeValue.builder()
                .comparisonOperator(ComparisonOperator.EQ)
                .attributeValueList(AttributeValue.fromS(text))
                .build();
    }

    private static ExpectedAttributeValue missing() {
        return ExpectedAttributeValue.builder()
                .comparisonOperator(ComparisonOperator.NULL)
                .build();
    }
}
