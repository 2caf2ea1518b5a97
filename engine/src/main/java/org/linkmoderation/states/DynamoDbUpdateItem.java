package org.linkmoderation.states;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.TaskRefusedException;
import org.linkmoderation.aws.ResponseMetadata;
import org.linkmoderation.aws.TableCheck;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * A task that calls {@code dynamodb:updateItem}. What DynamoDB refuses fails the task with DynamoDB's own error name;
 * where it gives no answer, or one that leaves open what it did, or where it does not accept the credentials of this
 * container, the run ends and the execution is resumed.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html">Calling DynamoDB</a>
 */
public final class DynamoDbUpdateItem extends TaskPolicy {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SERVICE = "AmazonDynamoDBv2";

    private final String table;

    /**
     * @param table the name of the table
     * @param retry the Retry of the states that update it
     */
    public DynamoDbUpdateItem(String table, Retry retry) {
        super(TaskKind.SERVICE_INTEGRATION, retry);
        this.table = table;
    }

    /** The name of the table. */
    public String table() {
        return table;
    }

    @Override
    protected Map<String, String> resource(Exchange exchange) {
        ResponseMetadata.clear();
        ObjectNode parameters = JSON.createObjectNode().put("TableName", table);
        Map<String, AttributeValue> key = header(exchange, Ddb2Constants.KEY);
        parameters.set("Key", json(key));
        ObjectNode updates = parameters.putObject("AttributeUpdates");
        Map<String, AttributeValueUpdate> values = header(exchange, Ddb2Constants.UPDATE_VALUES);
        values.forEach((name, update) -> {
            ObjectNode action = updates.putObject(name).put("Action", update.actionAsString());
            if (update.value() != null) {
                action.set("Value", json(update.value()));
            }
        });
        return Map.of(
                "resourceType",
                "dynamodb",
                "resource",
                "updateItem",
                "region",
                component(exchange.getContext()).getConfiguration().getRegion(),
                "parameters",
                parameters.toString());
    }

    /** {@inheritDoc} Key, values and condition are those that the route of the state sets. */
    @Override
    public void describe(ObjectNode state) {
        state.put("Resource", "arn:aws:states:::dynamodb:updateItem")
                .putObject("Parameters")
                .put("TableName", table);
    }

    @Override
    protected String result(Exchange exchange) {
        Map<String, AttributeValue> attributes = header(exchange, Ddb2Constants.ATTRIBUTES);
        ObjectNode result = JSON.createObjectNode();
        result.set("Attributes", json(attributes == null ? Map.of() : attributes));
        ResponseMetadata.addTo(result);
        return result.toString();
    }

    @Override
    protected TaskFailedException failure(Exception thrown) throws Exception {
        if (thrown instanceof DynamoDbException refused
                && refused.statusCode() < 500
                && !AccessErrors.include(refused)
                && hasErrorCode(refused)) {
            return refusal(refused.awsErrorDetails().errorMessage(), refused);
        }
        throw thrown;
    }

    /** DynamoDB has refused a request, with a message that tells why. */
    static TaskRefusedException refusal(String message, DynamoDbException refused) {
        String code = refused.awsErrorDetails().errorCode();
        return new TaskRefusedException(
                "DynamoDB." + code, ServiceError.cause(SERVICE, code, message, refused), refused);
    }

    /** Without one the answer is not DynamoDB's, but that of a proxy before it. */
    private static boolean hasErrorCode(DynamoDbException refused) {
        return refused.awsErrorDetails() != null
                && refused.awsErrorDetails().errorCode() != null
                && !refused.awsErrorDetails().errorCode().isBlank();
    }

    /** Whether the table is there. */
    @Override
    public List<ServiceCheck> checks(CamelContext context) {
        return List.of(
                TableCheck.of(table, component(context).getConfiguration().getAmazonDDBClient()));
    }

    private static Ddb2Component component(CamelContext context) {
        return context.getComponent("aws2-ddb", Ddb2Component.class);
    }

    private static ObjectNode json(Map<String, AttributeValue> attributes) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        attributes.forEach((name, value) -> object.set(name, json(value)));
        return object;
    }

    private static ObjectNode json(AttributeValue value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        return value.n() != null ? object.put("N", value.n()) : object.put("S", value.s());
    }

    @SuppressWarnings("unchecked")
    private static <V> Map<String, V> header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, Map.class);
    }
}
