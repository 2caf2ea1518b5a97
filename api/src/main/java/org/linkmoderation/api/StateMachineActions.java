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

    /**
     * The state machine that a request names.
     *
     * @throws ApiException if it names none, or one that does not run in this container
     */
    Addressed find(Parameters request) {
        Addressed addressed = arns.readStateMachine(request.text("stateMachineArn"));
        find(addressed);
        return addressed;
    }

    /** Whether the state machine that a request names runs in this container. */
    boolean isThere(Parameters request) {
        Arns.require(request.text("stateMachineArn"), "stateMachine");
        try {
            find(request);
            return true;
        } catch (ApiException e) {
            return false;
        }
    }

    ObjectNode list(Parameters request) {
        int most = request.maxResults();
        Optional<String> token = request.optional("nextToken");
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

    ObjectNode describe(Parameters request) {
        Addressed addressed = arns.readStateMachine(request.text("stateMachineArn"));
        StateMachineDescription found = find(addressed);
        return describe(addressed, found, request.includesData())
                .put("creationDate", ApiHistory.seconds(found.deployed()))
                .put("status", "ACTIVE")
                .put("type", type(addressed));
    }

    /** The state machine of an execution, as it is now. */
    ObjectNode describeForExecution(Addressed addressed, boolean includesDefinition) {
        StateMachineDescription found = find(addressed);
        return describe(addressed, found, includesDefinition).put("updateDate", ApiHistory.seconds(found.deployed()));
    }

    private ObjectNode describe(Addressed addressed, StateMachineDescription found, boolean includesDefinition) {
        ObjectNode answer = JSON.createObjectNode()
                .put("stateMachineArn", arns.stateMachine(addressed))
                .put("name", addressed.name())
                .put("roleArn", arns.role());
        if (includesDefinition) {
            answer.put("definition", definition(found.definition()));
        }
        answer.putObject("loggingConfiguration").put("level", "OFF").put("includeExecutionData", false);
        answer.putObject("tracingConfiguration").put("enabled", false);
        return answer;
    }

    /** Says what is wrong with a definition, which need not be that of a state machine of this container. */
    ObjectNode validate(Parameters request) {
        boolean isExpress = request.optional("type").filter("EXPRESS"::equals).isPresent();
        ArrayNode found = DefinitionDiagnostics.of(request.text("definition"), isExpress);
        ObjectNode answer = JSON.createObjectNode().put("result", found.isEmpty() ? "OK" : "FAIL");
        int most = request.maxResults();
        ArrayNode diagnostics = answer.putArray("diagnostics");
        for (int i = 0; i < Math.min(most, found.size()); i++) {
            diagnostics.add(found.get(i));
        }
        return answer.put("truncated", found.size() > most);
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
    ObjectNode tags(Parameters request) {
        String arn = Arns.require(request.text("resourceArn"), "stateMachine");
        try {
            find(arns.readStateMachine(arn));
        } catch (ApiException e) {
            throw ApiException.notFound(arn);
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("tags");
        return answer;
    }
}
