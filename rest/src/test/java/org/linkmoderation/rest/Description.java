package org.linkmoderation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The description of the endpoint, which each answer is held against. */
final class Description {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    Description(String text) throws Exception {
        document = JSON.readTree(text);
    }

    /** Each answer that is described: method, path and status. */
    Set<String> answers() {
        Set<String> all = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (String method : Set.of("get", "post")) {
                path.getValue()
                        .path(method)
                        .path("responses")
                        .fieldNames()
                        .forEachRemaining(status -> all.add(method + " " + path.getKey() + " " + status));
            }
        }
        return all;
    }

    /** Whether a body is one that a call of POST is described to take. */
    boolean takes(String body) throws Exception {
        JsonNode schema = document.at("/paths/~1{stateMachine}~1requests/post/requestBody/content/application~1json")
                .get("schema");
        return errors(schema, body).isEmpty();
    }

    /**
     * Requires that an answer is described.
     *
     * @return what is described: method, path and status
     */
    String requireDescribed(String method, String path, HttpResponse<String> answer) throws Exception {
        JsonNode response = resolved(document.get("paths")
                .path(path)
                .path(method)
                .path("responses")
                .path(Integer.toString(answer.statusCode())));
        String what = method + " " + path + " " + answer.statusCode();
        assertThat(response.isMissingNode()).as(what + " is missing").isFalse();
        for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
            if (header.getValue().path("required").asBoolean()) {
                assertThat(answer.headers().firstValue(header.getKey()))
                        .as(what + " " + header.getKey())
                        .isPresent();
            }
        }
        String type = answer.headers().firstValue("Content-Type").orElse("none");
        JsonNode schema = response.path("content").path(type).path("schema");
        assertThat(schema.isMissingNode()).as(what + " as " + type).isFalse();
        assertThat(errors(schema, answer.body()))
                .as(what + ": " + answer.body())
                .isEmpty();
        return what;
    }

    private String errors(JsonNode schema, String body) throws Exception {
        ObjectNode root = ((ObjectNode) schema).deepCopy();
        root.set("components", document.get("components"));
        var errors = schemas.getSchema(root).validate(JSON.readTree(body));
        return errors.isEmpty() ? "" : errors.toString();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }
}
