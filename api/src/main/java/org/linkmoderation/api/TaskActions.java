package org.linkmoderation.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.linkmoderation.ErrorName;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;

/** Answers to tasks that were handed out with a token. */
final class TaskActions {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Executions executions;

    TaskActions(Executions executions) {
        this.executions = executions;
    }

    ObjectNode succeed(Parameters request) {
        String output = request.text("output");
        String token = token(request);
        return answer(() -> executions.sendTaskSuccess(token, output));
    }

    ObjectNode fail(Parameters request) {
        String error = request.optional("error").filter(name -> !name.isBlank()).orElse(ErrorName.TASK_FAILED);
        String cause = request.optional("cause").orElse("");
        String token = token(request);
        return answer(() -> executions.sendTaskFailure(token, error, cause));
    }

    ObjectNode heartbeat(Parameters request) {
        String token = token(request);
        return answer(() -> executions.sendTaskHeartbeat(token));
    }

    private static String token(Parameters request) {
        return request.text("taskToken");
    }

    private interface Answer {
        void send() throws InvalidRequestException;
    }

    /** The port names the error before a colon, as the service does. */
    private static ObjectNode answer(Answer answer) {
        try {
            answer.send();
            return JSON.createObjectNode();
        } catch (InvalidRequestException e) {
            String message = e.getMessage();
            if (message.startsWith("TaskTimedOut: ")) {
                throw ApiException.of("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
            }
            if (message.startsWith("InvalidOutput: ")) {
                throw ApiException.of(
                        "InvalidOutput", "Invalid Output: '" + message.substring("InvalidOutput: ".length()) + "'");
            }
            throw message.startsWith("InvalidToken: ")
                    ? ApiException.invalidToken()
                    : ApiException.of("ValidationException", message);
        }
    }
}
