package org.linkmoderation.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.RequestTooLargeException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.run.StateMachine;

/** The one rule for what becomes a request, whichever trigger it comes by. */
public final class Requests {
    /** The property or header of a message that names its execution. */
    public static final String EXECUTION_NAME = "ExecutionName";

    /**
     * The property or header of a message that identifies the request when it is sent more than once; else the
     * message's id.
     */
    public static final String REQUEST_ID = "RequestId";

    /**
     * The property or header of a message that says {@code STANDARD} or {@code EXPRESS}; else the trigger's setting.
     */
    public static final String EXECUTION_TYPE = "ExecutionType";

    /** The property of a message that asks for a redrive of the execution that it names. */
    public static final String REDRIVE = "Redrive";

    /** The property of a message that answers a task: the token that the task was handed out with. */
    public static final String TASK_TOKEN = "TaskToken";

    /** The property of a message that answers a task: {@code SUCCESS}, {@code FAILURE} or {@code HEARTBEAT}. */
    public static final String TASK_ANSWER = "TaskAnswer";

    private final StateMachine stateMachine;

    public Requests(StateMachine stateMachine) {
        this.stateMachine = stateMachine;
    }

    /** The name of the state machine. */
    String stateMachine() {
        return stateMachine.name();
    }

    /**
     * A request from a text.
     *
     * @param name the name of the execution; made from the request's id if empty
     * @param requestId the request's id
     * @param type what is promised of the execution
     * @param text a JSON document
     * @throws InvalidRequestException if it can't become an execution
     */
    public StartRequest of(Optional<String> name, String requestId, ExecutionType type, String text)
            throws InvalidRequestException {
        checkType(type);
        StartRequest request = StartRequest.of(
                stateMachine.name(), name.orElseGet(() -> StartRequest.nameFor(requestId)), requestId, type, text);
        stateMachine.validate(RequestReader.document(text));
        return request;
    }

    /**
     * The requests of a text: one of an object; of an array one of each object in it, the n-th with {@code -n} after
     * its id and its name.
     *
     * @param name the name of the execution; made from the request's id if empty
     * @param requestId the request's id
     * @param text a JSON object, or an array of 1 to {@value Executions#MAX_REQUESTS} objects
     * @throws InvalidRequestException if one of them can't become an execution; it says where
     */
    public List<StartRequest> all(Optional<String> name, String requestId, byte[] text) throws InvalidRequestException {
        boolean isArray = RequestReader.isArray(text);
        List<StartRequest> requests = new ArrayList<>();
        RequestReader.documents(text, (number, document) -> {
            if (number > Executions.MAX_REQUESTS) {
                throw new RequestTooLargeException(
                        "there are more than " + Executions.MAX_REQUESTS + " requests; expected at most so many");
            }
            String suffix = isArray ? "-" + number : "";
            String id = requestId + suffix;
            requests.add(of(
                    name.map(base -> base + suffix).orElseGet(() -> StartRequest.nameFor(id)),
                    id,
                    ExecutionType.STANDARD,
                    document));
        });
        return requests;
    }

    /**
     * A request to redrive an execution, whose input is recorded.
     *
     * @throws InvalidRequestException if it names none, or one that can't be
     */
    StartRequest redrive(Optional<String> name, String requestId) throws InvalidRequestException {
        String execution = name.orElseThrow(() ->
                new InvalidRequestException("the redrive names no execution; expected property " + EXECUTION_NAME));
        checkRedrivable(stateMachine);
        StartRequest.checkName(execution);
        StartRequest.checkRequestId(requestId);
        return new StartRequest(
                stateMachine.name(), execution, requestId, requestId, ExecutionType.STANDARD, true, "{}");
    }

    /** A request from a document that has been read. */
    StartRequest of(String name, String requestId, ExecutionType type, JsonNode document)
            throws InvalidRequestException {
        checkType(type);
        stateMachine.validate(document);
        return StartRequest.of(stateMachine.name(), name, requestId, type, document.toString());
    }

    /**
     * Checks that an execution of a state machine can go on after its end.
     *
     * @throws InvalidRequestException if what it did was undone then
     */
    public static void checkRedrivable(StateMachine stateMachine) throws InvalidRequestException {
        if (stateMachine.isSaga()) {
            throw new InvalidRequestException("ExecutionNotRedrivable: '" + stateMachine.name()
                    + "' is a saga, whose executions are undone when they fail; start another");
        }
    }

    private void checkType(ExecutionType type) throws InvalidRequestException {
        if (type == ExecutionType.EXPRESS && stateMachine.isSaga()) {
            throw new InvalidRequestException(EXECUTION_TYPE + " is 'EXPRESS'; expected STANDARD, for '"
                    + stateMachine.name() + "' is a saga, which can't be undone without its journal");
        }
    }

    /** Checks a name that is made from the name of a file. */
    static void checkName(String name) throws InvalidRequestException {
        try {
            StartRequest.checkName(name);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "the name of the file without its extension names the execution: " + e.getMessage(), e);
        }
    }
}
