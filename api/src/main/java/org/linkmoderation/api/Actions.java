package org.linkmoderation.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.linkmoderation.Executions;

/** The actions of the API by their names. */
final class Actions {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Answers a request, or throws an {@link ApiException}. */
    private interface Action {
        ObjectNode answer(Parameters request);
    }

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
            "DeleteStateMachine",
            "DeleteStateMachineAlias",
            "DeleteStateMachineVersion",
            "PublishStateMachineVersion",
            "TagResource",
            "TestState",
            "UntagResource",
            "UpdateStateMachine",
            "UpdateStateMachineAlias",
            "ValidateStateMachineDefinition");

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
        actions.put("StartExecution", ofExecutions::start);
        actions.put("StartSyncExecution", ofExecutions::startSync);
        actions.put("DescribeExecution", ofExecutions::describe);
        actions.put("ListExecutions", ofExecutions::list);
        actions.put("GetExecutionHistory", ofExecutions::history);
        actions.put("StopExecution", ofExecutions::stop);
        actions.put("RedriveExecution", ofExecutions::redrive);
        actions.put("DescribeStateMachineForExecution", ofExecutions::describeStateMachine);
        actions.put("SendTaskSuccess", tasks::succeed);
        actions.put("SendTaskFailure", tasks::fail);
        actions.put("SendTaskHeartbeat", tasks::heartbeat);
        actions.put("ListStateMachines", stateMachines::list);
        actions.put(
                "DescribeStateMachine",
                request -> stateMachines.describe(arns.readStateMachine(request.text("stateMachineArn", 256))));
        actions.put("ListTagsForResource", request -> stateMachines.tags(request.text("resourceArn", 256)));
        addThoseOfNothing();
        NOT_ALLOWED.forEach(name -> actions.put(name, request -> {
            throw denied("anyone", name);
        }));
    }

    /** There are no activities, aliases, versions and map runs. */
    private void addThoseOfNothing() {
        actions.put("ListActivities", request -> empty("activities"));
        actions.put("ListMapRuns", request -> empty("mapRuns"));
        actions.put("ListStateMachineAliases", request -> empty("stateMachineAliases"));
        actions.put("ListStateMachineVersions", request -> empty("stateMachineVersions"));
        actions.put("DeleteActivity", request -> JSON.createObjectNode());
        for (String name : Set.of("DescribeActivity", "GetActivityTask")) {
            actions.put(name, request -> {
                String arn = request.text("activityArn", 256);
                throw arn.startsWith("arn:")
                        ? ApiException.of("ActivityDoesNotExist", "Activity Does Not Exist: '" + arn + "'")
                        : ApiException.invalidArn("Invalid ARN prefix: " + arn);
            });
        }
        for (String member : Set.of("mapRunArn", "stateMachineAliasArn")) {
            for (String name : member.equals("mapRunArn")
                    ? Set.of("DescribeMapRun", "UpdateMapRun")
                    : Set.of("DescribeStateMachineAlias")) {
                actions.put(name, request -> {
                    throw ApiException.of(
                            "ResourceNotFound", "Resource not found: '" + request.text(member, 256) + "'");
                });
            }
        }
    }

    private static ObjectNode empty(String list) {
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

    /** Answers a request for an action that there is. */
    ObjectNode answer(String name, Parameters request) {
        return actions.get(name).answer(request);
    }
}
