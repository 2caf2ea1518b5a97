package org.linkmoderation.states;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.linkmoderation.TaskRefusedException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** An {@link ItemUpdate} whose condition did not hold, and the item as it was read then. */
public final class RefusedUpdate {
    private final Map<String, AttributeValueUpdate> updates;
    private final Map<String, AttributeValue> item;
    private final ConditionalCheckFailedException refusal;

    private RefusedUpdate(
            Map<String, AttributeValueUpdate> updates,
            Map<String, AttributeValue> item,
            ConditionalCheckFailedException refusal) {
        this.updates = updates;
        this.refusal = refusal;
        this.item = item == null ? Map.of() : item;
    }

    /** What an exchange says that caught the refusal and then read the item. */
    public static RefusedUpdate of(Exchange exchange) {
        return new RefusedUpdate(
                header(exchange, Ddb2Constants.UPDATE_VALUES),
                header(exchange, Ddb2Constants.ATTRIBUTES),
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, ConditionalCheckFailedException.class));
    }

    /** Whether there is no such item. */
    public boolean isItemMissing() {
        return item.isEmpty();
    }

    /** The text that an attribute has; empty if it is missing. */
    public String found(String name) {
        return item.containsKey(name) && item.get(name).s() != null
                ? item.get(name).s()
                : "";
    }

    /** The text that the update would have given an attribute. */
    public String wanted(String name) {
        return updates.get(name).value().s();
    }

    /**
     * The failure of the task.
     *
     * @param reason the reason, which DynamoDB does not tell, to be read after "The conditional request failed:"
     */
    public TaskRefusedException failure(String reason) {
        return DynamoDbUpdateItem.refusal("The conditional request failed: " + reason, refusal);
    }

    @SuppressWarnings("unchecked")
    private static <V> Map<String, V> header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, Map.class);
    }
}
