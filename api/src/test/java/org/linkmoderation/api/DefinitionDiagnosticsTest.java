package org.linkmoderation.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionDiagnosticsTest {
    private static List<String> found(String definition, boolean isExpress) {
        List<String> found = new ArrayList<>();
        for (JsonNode one : DefinitionDiagnostics.of(definition, isExpress)) {
            found.add(one.path("severity").asText() + " " + one.path("code").asText() + ": "
                    + one.path("message").asText()
                    + (one.has("location") ? " @ " + one.path("location").asText() : ""));
        }
        return found;
    }

    private static String state(String members) {
        return "{\"StartAt\": \"X\", \"States\": {\"X\": {" + members + ", \"End\": true}}}";
    }

    @Test
    void shouldFindNothingWrongInWhatIsRight() {
        assertThat(found("{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true}}}", false))
                .isEmpty();
        assertThat(found("{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Fail\"}}}", true))
                .isEmpty();
    }

    @Test
    void shouldSayThatATextIsNoDefinition() {
        assertThat(found(" ", false))
                .containsExactly("ERROR SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object");
        assertThat(found("not a definition", false))
                .containsExactly(
                        "ERROR INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, Number,"
                                + " Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)\"not a"
                                + " definition\"; line: 1, column: 4] @ [Source: (String)\"not a definition\"; line: 1,"
                                + " column: 4]");
        assertThat(found("{}", false))
                .containsExactly("ERROR SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] @ /");
        assertThat(found("{\"States\": {\"A\": {\"Type\": \"Succeed\"}}}", false))
                .containsExactly("ERROR SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] @ /");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    "Type": "Call" | The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] @ /States/X/Type
                    "Type": "Task", "Resource": "r", "Credentials": {} | The field 'RoleArn' is required but was missing @ /States/X/Credentials
                    "Type": "Parallel", "Branches": [] | Value cannot be empty @ /States/X/Branches
                    "Type": "Wait", "Timestamp": "tomorrow" | String does not match RFC3339 timestamp @ /States/X/Timestamp
                    """)
    void shouldNameTheStateThatIsWrong(String members, String expected) {
        assertThat(found(state(members), false)).containsExactly("ERROR SCHEMA_VALIDATION_FAILED: " + expected);
    }

    @Test
    void shouldNameStatesThatAreNotThere() {
        assertThat(found(
                        "{\"StartAt\": \"A\", \"States\": {\"B\": {\"Type\": \"Choice\", \"Choices\": [{\"Next\": \"C\"}],"
                                + " \"Default\": \"D\"}}}",
                        false))
                .containsExactly(
                        "ERROR MISSING_TRANSITION_TARGET: Missing 'StartAt' target: A @ /StartAt",
                        "ERROR MISSING_TRANSITION_TARGET: Missing 'Default' target: D @ /States/B/Default",
                        "ERROR MISSING_TRANSITION_TARGET: Missing 'Next' target: C @ /States/B/Choices[0]/Next");
    }

    @Test
    void shouldNameWhatExpressDoesNotSupport() {
        String waiting =
                state("\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::sqs:sendMessage.waitForTaskToken\"");

        assertThat(found(waiting, true))
                .containsExactly("ERROR SCHEMA_VALIDATION_FAILED: Express state machine does not support"
                        + " '.waitForTaskToken' service integration  @ /States/X/Resource");
        assertThat(found(waiting, false)).isEmpty();
    }

    @Test
    void shouldNameAStateThatGoesBackToJsonPath() {
        assertThat(found(
                        "{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"Pass\", \"States\": {\"Pass\": {\"Type\":"
                                + " \"Pass\", \"QueryLanguage\": \"JSONPath\", \"End\": true}}}",
                        false))
                .containsExactly("ERROR SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to"
                        + " 'JSONata' for whole state machine @ /States/Pass");
    }
}
