package org.linkmoderation.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.api.Arns.Addressed;

/** What the API says of state machines. */
final class StateMachineActions {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TOKEN_CHARACTERS = 1_024;

    private final Executions executions;
    private final Arns arns;
    private final PageToken tokens;

    StateMachineActions(Executions executions, Arns arns, PageToken tokens) {
        this.executions = executions;
        this.arns = arns;
        this.tokens = tokens;
    }

    /**
     * The state machine that an ARN names.
     *
     * @throws ApiException if it does not run in this container
     */
    StateMachineDescription find(Addressed addressed) {
        try {
            StateMachineDescription found = executions.describe(addressed.stateMachine());
            if (!addressed.isExpress() || !found.isSaga()) {
                return found;
            }
        } catch (InvalidRequestException e) {
            // The error below says so in the service's words
        }
        throw ApiException.noStateMachine(arns.stateMachine(addressed));
    }

    ObjectNode list(Parameters request) {
        int most = request.maxResults();
        Optional<String> token = request.optionalText("nextToken", MAX_TOKEN_CHARACTERS);
        String after =
                token.map(text -> tokens.position("ListStateMachines", text)).orElse("");
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("stateMachines");
        for (Addressed addressed : all()) {
            if (addressed.name().compareTo(after) <= 0) {
                continue;
            }
            if (list.size() == most) {
                String last = list.get(most - 1).path("name").asText();
                return answer.put("nextToken", tokens.of("ListStateMachines", last));
            }
            list.addObject()
                    .put("stateMachineArn", arns.stateMachine(addressed))
                    .put("name", addressed.name())
                    .put("type", type(addressed))
                    .put("creationDate", ApiHistory.seconds(find(addressed).deployed()));
        }
        return answer;
    }

    /** In the order of their names. */
    private List<Addressed> all() {
        List<Addressed> all = new ArrayList<>();
        for (String name : executions.stateMachines()) {
            all.add(new Addressed(name, false));
            if (!find(new Addressed(name, false)).isSaga()) {
                all.add(new Addressed(name, true));
            }
        }
        all.sort((a, b) -> a.name().compareTo(b.name()));
        return all;
    }

    private static String type(Addressed addressed) {
        return addressed.isExpress() ? "EXPRESS" : "STANDARD";
    }

    ObjectNode describe(Addressed addressed) {
        StateMachineDescription found = find(addressed);
        return describe(addressed, found)
                .put("creationDate", ApiHistory.seconds(found.deployed()))
                .put("status", "ACTIVE")
                .put("type", type(addressed));
    }

    /** The state machine of an execution, as it is now. */
    ObjectNode describeForExecution(Addressed addressed) {
        StateMachineDescription found = find(addressed);
        return describe(addressed, found).put("updateDate", ApiHistory.seconds(found.deployed()));
    }

    private ObjectNode describe(Addressed addressed, StateMachineDescription found) {
        ObjectNode answer = JSON.createObjectNode()
                .put("stateMachineArn", arns.stateMachine(addressed))
                .put("name", addressed.name())
                .put("definition", definition(found.definition()))
                .put("roleArn", arns.role());
        answer.putObject("loggingConfiguration").put("level", "OFF").put("includeExecutionData", false);
        answer.putObject("tracingConfiguration").put("enabled", false);
        return answer;
    }

    /** With the ARNs of functions that the definition has by their names. */
    private String definition(String text) {
        try {
            JsonNode definition = JSON.readTree(text);
            for (JsonNode state : definition.path("States")) {
                String resource = state.path("Resource").asText("");
                if (!resource.isEmpty()) {
                    ((ObjectNode) state).put("Resource", arns.function(resource));
                }
            }
            return definition.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A definition that is no JSON", e);
        }
    }

    /** State machines have no tags. */
    ObjectNode tags(String arn) {
        Addressed addressed = arns.readStateMachine(arn);
        try {
            find(addressed);
        } catch (ApiException e) {
            throw ApiException.of("ResourceNotFound", "Resource not found: '" + arn + "'");
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("tags");
        return answer;
    }
}
