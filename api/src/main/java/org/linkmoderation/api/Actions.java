package org.linkmoderation.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.linkmoderation.Executions;
import org.linkmoderation.StartRequest;

/** The actions of the API by their names. */
final class Actions {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Answers a request, or throws an {@link ApiException}. */
    private interface Answer {
        ObjectNode to(Parameters request);
    }

    private record Action(RequestShape shape, Answer answer) {}

    private static final int MAX_ARN = 256;
    private static final int MAX_MAP_RUN_ARN = 2_000;
    private static final int MAX_NAME = 80;
    private static final int MAX_TOKEN = 1_024;
    private static final int MAX_LIST_TOKEN = 3_096;
    private static final int MAX_TASK_TOKEN = 2_048;
    private static final int MAX_ERROR = 256;
    private static final int MAX_CAUSE = 32_768;
    private static final int MAX_DEFINITION = 1_048_576;
    private static final int MAX_RESULTS = 1_000;

    private static final Set<String> WRITING = Set.of(
            "StartExecution",
            "StartSyncExecution",
            "StopExecution",
            "RedriveExecution",
            "SendTaskSuccess",
            "SendTaskFailure",
            "SendTaskHeartbeat");

    /** Of state machines that come and go with their bundles. */
    private static final Set<String> NOT_ALLOWED = Set.of(
            "CreateActivity",
            "CreateStateMachine",
            "CreateStateMachineAlias",
            "DeleteStateMachineAlias",
            "DeleteStateMachineVersion",
            "PublishStateMachineVersion",
            "TagResource",
            "TestState",
            "UntagResource",
            "UpdateStateMachine",
            "UpdateStateMachineAlias");

    private final Map<String, Action> actions = new TreeMap<>();
    private final Arns arns;

    /**
     * @param executions what is started, read and stopped
     * @param arns the ARNs of this container
     * @param clock the clock
     */
    Actions(Executions executions, Arns arns, Clock clock) {
        this.arns = arns;
        PageToken tokens = new PageToken(clock);
        StateMachineActions stateMachines = new StateMachineActions(executions, arns, tokens);
        ExecutionActions ofExecutions = new ExecutionActions(executions, stateMachines, arns, tokens, clock);
        TaskActions tasks = new TaskActions(executions);
        add("StartExecution", starting(), ofExecutions::start);
        add("StartSyncExecution", withData(starting()), ofExecutions::startSync);
        add("DescribeExecution", withData(ofArn("executionArn")), ofExecutions::describe);
        add(
                "ListExecutions",
                new RequestShape()
                        .optional("stateMachineArn", MAX_ARN)
                        .oneOf(
                                "statusFilter",
                                "RUNNING",
                                "SUCCEEDED",
                                "FAILED",
                                "TIMED_OUT",
                                "ABORTED",
                                "PENDING_REDRIVE")
                        .number("maxResults", MAX_RESULTS)
                        .optional("nextToken", MAX_LIST_TOKEN)
                        .optional("mapRunArn", MAX_MAP_RUN_ARN)
                        .oneOf("redriveFilter", "REDRIVEN", "NOT_REDRIVEN"),
                ofExecutions::list);
        add(
                "GetExecutionHistory",
                paged(ofArn("executionArn")).flag("reverseOrder").flag("includeExecutionData"),
                ofExecutions::history);
        add(
                "StopExecution",
                ofArn("executionArn").secret("error", MAX_ERROR).secret("cause", MAX_CAUSE),
                ofExecutions::stop);
        add("RedriveExecution", ofArn("executionArn").optional("clientToken", 64, "[!-~]+"), ofExecutions::redrive);
        add("DescribeStateMachineForExecution", withData(ofArn("executionArn")), ofExecutions::describeStateMachine);
        add("SendTaskSuccess", ofTask().requiredSecret("output", 0, StartRequest.MAX_INPUT_BYTES), tasks::succeed);
        add("SendTaskFailure", ofTask().secret("error", MAX_ERROR).secret("cause", MAX_CAUSE), tasks::fail);
        add("SendTaskHeartbeat", ofTask(), tasks::heartbeat);
        add("ListStateMachines", paged(new RequestShape()), stateMachines::list);
        add("DescribeStateMachine", withData(ofArn("stateMachineArn")), stateMachines::describe);
        add("ListTagsForResource", ofArn("resourceArn"), stateMachines::tags);
        add(
                "ValidateStateMachineDefinition",
                new RequestShape()
                        .requiredSecret("definition", 1, MAX_DEFINITION)
                        .oneOf("type", "STANDARD", "EXPRESS")
                        .oneOf("severity", "ERROR", "WARNING")
                        .number("maxResults", 100),
                stateMachines::validate);
        add("DeleteStateMachine", ofArn("stateMachineArn"), request -> {
            if (stateMachines.isThere(request)) {
                throw denied("anyone", "DeleteStateMachine");
            }
            return JSON.createObjectNode();
        });
        addThoseOfNothing(ofExecutions, stateMachines);
        NOT_ALLOWED.forEach(name -> add(name, new RequestShape(), request -> {
            throw denied("anyone", name);
        }));
    }

    private void add(String name, RequestShape shape, Answer answer) {
        actions.put(name, new Action(shape, answer));
    }

    private static RequestShape ofArn(String member) {
        return new RequestShape().required(member, MAX_ARN);
    }

    private static RequestShape ofTask() {
        return new RequestShape().required("taskToken", MAX_TASK_TOKEN);
    }

    private static RequestShape starting() {
        return ofArn("stateMachineArn")
                .optional("name", MAX_NAME)
                .secret("input", StartRequest.MAX_INPUT_BYTES)
                .optional("traceHeader", 256, "\\p{ASCII}*");
    }

    private static RequestShape withData(RequestShape shape) {
        return shape.oneOf("includedData", "ALL_DATA", "METADATA_ONLY");
    }

    private static RequestShape paged(RequestShape shape) {
        return shape.number("maxResults", MAX_RESULTS).optional("nextToken", MAX_TOKEN);
    }

    /** There are no activities, aliases, versions and map runs. */
    private void addThoseOfNothing(ExecutionActions executions, StateMachineActions stateMachines) {
        add("ListActivities", paged(new RequestShape()), request -> empty(request, "activities"));
        add("ListMapRuns", paged(ofArn("executionArn")), request -> {
            executions.find(request);
            return empty(request, "mapRuns");
        });
        add("ListStateMachineAliases", paged(ofArn("stateMachineArn")), request -> {
            stateMachines.find(request);
            return empty(request, "stateMachineAliases");
        });
        add("ListStateMachineVersions", paged(ofArn("stateMachineArn")), request -> {
            // That there is no such state machine is no error of this action
            Arns.require(request.text("stateMachineArn"), "stateMachine");
            return empty(request, "stateMachineVersions");
        });
        add("DeleteActivity", ofArn("activityArn"), request -> {
            Arns.require(request.text("activityArn"), "activity");
            return JSON.createObjectNode();
        });
        for (String name : Set.of("DescribeActivity", "GetActivityTask")) {
            add(name, ofArn("activityArn").optional("workerName", MAX_NAME), request -> {
                String arn = Arns.require(request.text("activityArn"), "activity");
                throw ApiException.of("ActivityDoesNotExist", "Activity Does Not Exist: '" + arn + "'");
            });
        }
        for (String name : Set.of("DescribeMapRun", "UpdateMapRun")) {
            add(name, new RequestShape().required("mapRunArn", MAX_MAP_RUN_ARN), request -> {
                throw ApiException.notFound(Arns.require(request.text("mapRunArn"), "mapRun"));
            });
        }
        add("DescribeStateMachineAlias", ofArn("stateMachineAliasArn"), request -> {
            throw ApiException.notFound(Arns.require(request.text("stateMachineAliasArn"), "stateMachine"));
        });
    }

    /** Of a list without entries there is no other page. */
    private static ObjectNode empty(Parameters request, String list) {
        if (request.optional("nextToken").isPresent()) {
            throw ApiException.invalidToken();
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray(list);
        return answer;
    }

    /**
     * Requires that there is an action.
     *
     * @throws ApiException if there is none of that name
     */
    void require(String name) {
        if (!actions.containsKey(name)) {
            throw ApiException.of("UnknownOperationException", "There is no action of that name");
        }
    }

    /**
     * Requires that the holder of a key may ask for an action.
     *
     * @throws ApiException if it may not
     */
    void requireAllowed(String name, AccessKey key) {
        if (key.isReadOnly() && WRITING.contains(name)) {
            throw denied(key.id(), name);
        }
    }

    private ApiException denied(String user, String action) {
        return ApiException.of(
                "AccessDeniedException",
                "User: arn:aws:iam::" + arns.account() + ":user/" + user + " is not authorized to perform: states:"
                        + action + " on resource: arn:aws:states:" + arns.region() + ":" + arns.account() + ":*");
    }

    /**
     * Answers a request for an action that there is.
     *
     * @param body the members of the request, a JSON object
     */
    ObjectNode answer(String name, JsonNode body) {
        Action action = actions.get(name);
        return action.answer().to(action.shape().read(body));
    }
}
