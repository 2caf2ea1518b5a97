package org.linkmoderation.states;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * One conditional update of the item {@code PK = <what it is about>}, {@code SK = META}, as the headers of
 * camel-aws2-ddb: they serve for the update, and for the read that tells why it was refused ({@link RefusedUpdate}).
 */
public final class ItemUpdate {
    private final Map<String, AttributeValue> key;
    private final List<String> explaining;
    private final Map<String, AttributeValueUpdate> updates = new HashMap<>();
    private final Map<String, ExpectedAttributeValue> condition = new HashMap<>();

    /**
     * @param partitionKey the item's PK
     * @param explaining the attributes that tell why the update was refused
     */
    public ItemUpdate(String partitionKey, String... explaining) {
        this.key = Map.of("PK", AttributeValue.fromS(partitionKey), "SK", AttributeValue.fromS("META"));
        this.explaining = List.of(explaining);
    }

    /** Sets an attribute. */
    public ItemUpdate put(String name, String text) {
        updates.put(
                name,
                update(AttributeAction.PUT).value(AttributeValue.fromS(text)).build());
        return this;
    }

    /** Sets an attribute, or removes it. */
    public ItemUpdate put(String name, Optional<String> text) {
        return text.map(value -> put(name, value)).orElseGet(() -> delete(name));
    }

    /** Counts an attribute up by one; a missing one counts as 0. */
    public ItemUpdate countUp(String name) {
        updates.put(
                name,
                update(AttributeAction.ADD).value(AttributeValue.fromN("1")).build());
        return this;
    }

    /** Removes attributes. */
    public ItemUpdate delete(String... names) {
        for (String name : names) {
            updates.put(name, update(AttributeAction.DELETE).build());
        }
        return this;
    }

    /** Only where an attribute is this text. */
    public ItemUpdate whereEqual(String name, String text) {
        condition.put(
                name,
                ExpectedAttributeValue.builder()
                        .comparisonOperator(ComparisonOperator.EQ)
                        .attributeValueList(AttributeValue.fromS(text))
                        .build());
        return this;
    }

    /** Only where an attribute, or the item, is missing. */
    public ItemUpdate whereMissing(String name) {
        condition.put(
                name,
                ExpectedAttributeValue.builder()
                        .comparisonOperator(ComparisonOperator.NULL)
                        .build());
        return this;
    }

    /** Makes it the request of an exchange. */
    public void prepare(Exchange exchange) {
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        headers.put(Ddb2Constants.KEY, key);
        headers.put(Ddb2Constants.UPDATE_VALUES, updates);
        headers.put(Ddb2Constants.UPDATE_CONDITION, condition);
        headers.put(Ddb2Constants.RETURN_VALUES, ReturnValue.UPDATED_NEW.toString());
        headers.put(Ddb2Constants.ATTRIBUTE_NAMES, explaining);
        headers.put(Ddb2Constants.CONSISTENT_READ, true);
    }

    private static AttributeValueUpdate.Builder update(AttributeAction action) {
        return AttributeValueUpdate.builder().action(action);
    }
}
