package org.linkmoderation.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.linkmoderation.ClientToken;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.Executions;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.api.Arns.Addressed;

/** What the API does with executions. */
final class ExecutionActions {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int MAX_REDRIVABLE_EVENTS = 24_999;
    private static final Duration REDRIVABLE_PERIOD = Duration.ofDays(14);
    private static final Duration MAX_EXECUTION_TIME = Duration.ofDays(365);

    private static final Map<String, Set<ExecutionStatus>> STATUSES = Map.of(
            "RUNNING", Set.of(ExecutionStatus.RUNNING, ExecutionStatus.IN_DOUBT),
            "SUCCEEDED", Set.of(ExecutionStatus.SUCCEEDED),
            "FAILED", Set.of(ExecutionStatus.FAILED),
            "TIMED_OUT", Set.of(ExecutionStatus.TIMED_OUT),
            "ABORTED", Set.of(ExecutionStatus.ABORTED));

    private final Executions executions;
    private final StateMachineActions stateMachines;
    private final Arns arns;
    private final PageToken tokens;
    private final Clock clock;

    ExecutionActions(
            Executions executions, StateMachineActions stateMachines, Arns arns, PageToken tokens, Clock clock) {
        this.executions = executions;
        this.stateMachines = stateMachines;
        this.arns = arns;
        this.tokens = tokens;
        this.clock = clock;
    }

    ObjectNode start(Parameters request) {
        String arn = request.text("stateMachineArn");
        Optional<String> name = name(request);
        Addressed addressed = arns.readStateMachine(arn);
        stateMachines.find(addressed);
        String input = input(request);
        if (addressed.isExpress()) {
            Instant now = now();
            String started = start(() -> executions.startExpress(addressed.stateMachine(), name, input));
            return answer().put("executionArn", arns.expressExecution(addressed.stateMachine(), started))
                    .put("startDate", ApiHistory.seconds(now));
        }
        Execution started;
        try {
            started = executions.startRecorded(addressed.stateMachine(), name, input);
        } catch (ExecutionAlreadyExistsException e) {
            throw ApiException.of(
                    "ExecutionAlreadyExists",
                    "Execution Already Exists: '"
                            + arns.execution(new ExecutionId(addressed.stateMachine(), name.orElseThrow())) + "'");
        } catch (InvalidRequestException e) {
            throw invalidInput(e.getMessage());
        }
        return answer().put("executionArn", arns.execution(started.id()))
                .put("startDate", ApiHistory.seconds(started.startDate()));
    }

    private interface Start<T> {
        T call() throws InvalidRequestException;
    }

    private static <T> T start(Start<T> start) {
        try {
            return start.call();
        } catch (InvalidRequestException e) {
            throw invalidInput(e.getMessage());
        }
    }

    private static ApiException invalidInput(String reason) {
        return ApiException.of("InvalidExecutionInput", "Invalid State Machine Execution Input: '" + reason + "'");
    }

    private static Optional<String> name(Parameters request) {
        Optional<String> name = request.optional("name");
        if (name.isPresent()) {
            try {
                StartRequest.checkName(name.get());
            } catch (InvalidRequestException e) {
                throw ApiException.of("InvalidName", "Invalid Name: '" + name.get() + "'");
            }
        }
        return name;
    }

    private static String input(Parameters request) {
        String input = request.optional("input").orElse("{}");
        if (input.isBlank()) {
            throw invalidInput("Invalid execution input.");
        }
        try {
            JsonNode read = JSON.readTree(input);
            if (read.isMissingNode()) {
                throw invalidInput("Invalid execution input.");
            }
        } catch (JsonProcessingException e) {
            throw invalidInput(e.getOriginalMessage());
        }
        return input;
    }

    ObjectNode startSync(Parameters request) {
        String arn = request.text("stateMachineArn");
        Optional<String> name = name(request);
        Addressed addressed = arns.readStateMachine(arn);
        stateMachines.find(addressed);
        if (!addressed.isExpress()) {
            throw notSupported();
        }
        String input = input(request);
        Execution ended = start(() -> executions.runExpress(addressed.stateMachine(), name, input));
        ObjectNode answer = answer().put("executionArn", arns.expressExecution(addressed.stateMachine(), ended.name()))
                .put("stateMachineArn", arn)
                .put("name", ended.name())
                .put("startDate", ApiHistory.seconds(ended.startDate()))
                .put("stopDate", ApiHistory.seconds(ended.stopDate().orElseThrow()))
                .put("status", ended.status().name());
        answer.putObject("inputDetails").put("included", request.includesData());
        answer.putObject("outputDetails").put("included", request.includesData());
        if (request.includesData()) {
            answer.put("input", ended.input());
            ended.output().ifPresent(output -> answer.put("output", output));
            error(answer, ended);
        }
        long millis = Duration.between(ended.startDate(), ended.stopDate().orElseThrow())
                .toMillis();
        answer.putObject("billingDetails")
                .put("billedMemoryUsedInMB", 64)
                .put("billedDurationInMilliseconds", Math.max(100, (millis + 99) / 100 * 100));
        return answer;
    }

    private static ApiException notSupported() {
        return ApiException.of(
                "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");
    }

    /** A timeout has neither error nor cause. */
    private void error(ObjectNode answer, Execution ended) {
        if (ended.status() == ExecutionStatus.TIMED_OUT) {
            return;
        }
        ended.error().filter(error -> !error.isEmpty()).ifPresent(error -> answer.put("error", error));
        if (ended.error().isPresent()) {
            ApiHistory.cause(arns, ended).ifPresent(cause -> answer.put("cause", cause));
        }
    }

    ObjectNode describe(Parameters request) {
        Execution found = find(request);
        boolean includesData = request.includesData();
        ObjectNode answer = answer().put("executionArn", arns.execution(found.id()))
                .put("stateMachineArn", stateMachineArn(found.stateMachine()))
                .put("name", found.name())
                .put("status", status(found.status()))
                .put("startDate", ApiHistory.seconds(found.startDate()))
                .put("redriveCount", found.redriveCount());
        found.stopDate().ifPresent(date -> answer.put("stopDate", ApiHistory.seconds(date)));
        redriveDate(found).ifPresent(date -> answer.put("redriveDate", ApiHistory.seconds(date)));
        Optional<String> reason = notRedrivable(found);
        answer.put("redriveStatus", reason.isPresent() ? "NOT_REDRIVABLE" : "REDRIVABLE");
        reason.ifPresent(text -> answer.put("redriveStatusReason", text));
        answer.putObject("inputDetails").put("included", includesData);
        if (found.output().isPresent()) {
            answer.putObject("outputDetails").put("included", includesData);
        }
        if (includesData) {
            answer.put("input", found.input());
            found.output().ifPresent(output -> answer.put("output", output));
            error(answer, found);
        }
        return answer;
    }

    /**
     * The execution that a request names.
     *
     * @throws ApiException if it names none, or one that there is not
     */
    Execution find(Parameters request) {
        return find(request.text("executionArn"));
    }

    private Execution find(String arn) {
        ExecutionId id = arns.readExecution(arn);
        try {
            return executions.describe(id);
        } catch (InvalidRequestException e) {
            throw ApiException.doesNotExist(arn);
        }
    }

    private String stateMachineArn(String stateMachine) {
        return arns.stateMachine(new Addressed(stateMachine, false));
    }

    /** A saga in doubt runs. */
    private static String status(ExecutionStatus status) {
        return status == ExecutionStatus.IN_DOUBT ? "RUNNING" : status.name();
    }

    private static Optional<Instant> redriveDate(Execution found) {
        return found.redriveCount() == 0 ? Optional.empty() : Optional.of(found.lastStartDate());
    }

    private Optional<String> notRedrivable(Execution found) {
        if (!found.status().isFinal() || found.status() == ExecutionStatus.SUCCEEDED) {
            return Optional.of("Execution is " + status(found.status()) + " and cannot be redriven");
        }
        if (found.last(HistoryEventType.SagaStarted).isPresent()) {
            return Optional.of("Execution is a saga, which is undone when it fails, and cannot be redriven");
        }
        if (found.events().size() >= MAX_REDRIVABLE_EVENTS) {
            return Optional.of("Execution history event limit exceeded");
        }
        if (isLongAgo(found.startDate(), MAX_EXECUTION_TIME)) {
            return Optional.of("Execution has exceeded the max execution time");
        }
        return found.stopDate()
                .filter(date -> isLongAgo(date, REDRIVABLE_PERIOD))
                .map(date -> "Execution redrivable period exceeded")
                .or(() -> executions.whyNotRedrivable(found));
    }

    private boolean isLongAgo(Instant date, Duration period) {
        return date.plus(period).isBefore(clock.instant());
    }

    /** The ARN of the state machine whose executions are asked for; there are no map runs. */
    private static String listed(Parameters request) {
        Optional<String> mapRun = request.optional("mapRunArn");
        Optional<String> stateMachine = request.optional("stateMachineArn");
        if (mapRun.isPresent() == stateMachine.isPresent()) {
            throw ApiException.of("ValidationException", "Must provide a StateMachine ARN or MapRun ARN");
        }
        return stateMachine.orElseThrow(() -> ApiException.notFound(Arns.require(mapRun.orElseThrow(), "mapRun")));
    }

    ObjectNode list(Parameters request) {
        int most = request.maxResults();
        Optional<String> token = request.optional("nextToken");
        Optional<String> status = request.optional("statusFilter");
        Optional<String> redriven = request.optional("redriveFilter");
        String arn = listed(request);
        Addressed addressed = arns.readStateMachine(arn);
        stateMachines.find(addressed);
        if (addressed.isExpress()) {
            throw notSupported();
        }
        if (status.isPresent() && !STATUSES.containsKey(status.get())) {
            throw ApiException.of("ValidationException", "statusFilter PENDING_REDRIVE needs a mapRunArn");
        }
        String question = "ListExecutions " + arn + " " + status + " " + redriven;
        ExecutionQuery query = ExecutionQuery.all(addressed.stateMachine(), most)
                .in(status.map(STATUSES::get).orElse(Set.of()))
                .page(token.map(text -> tokens.position(question, text)));
        ExecutionPage page;
        try {
            page = executions.list(query);
        } catch (InvalidRequestException e) {
            throw ApiException.invalidToken();
        }
        ObjectNode answer = answer();
        ArrayNode list = answer.putArray("executions");
        for (ExecutionSummary summary : page.executions()) {
            add(list, summary, redriven);
        }
        page.nextToken().ifPresent(next -> answer.put("nextToken", tokens.of(question, next)));
        return answer;
    }

    private void add(ArrayNode list, ExecutionSummary summary, Optional<String> redriveFilter) {
        boolean isNotRedriven =
                summary.redriveCount().filter(count -> count == 0).isPresent();
        Optional<Execution> recorded = isNotRedriven ? Optional.empty() : recorded(summary);
        int redriveCount = recorded.map(Execution::redriveCount).orElse(0);
        if (redriveFilter.isPresent() && redriveFilter.get().equals("REDRIVEN") != redriveCount > 0) {
            return;
        }
        ObjectNode entry = list.addObject()
                .put("executionArn", arns.execution(new ExecutionId(summary.stateMachine(), summary.name())))
                .put("stateMachineArn", stateMachineArn(summary.stateMachine()))
                .put("name", summary.name())
                .put("status", status(summary.status()))
                .put("startDate", ApiHistory.seconds(summary.startDate()))
                .put("redriveCount", redriveCount);
        summary.stopDate().ifPresent(date -> entry.put("stopDate", ApiHistory.seconds(date)));
        recorded.flatMap(ExecutionActions::redriveDate)
                .ifPresent(date -> entry.put("redriveDate", ApiHistory.seconds(date)));
    }

    /** The list does not say when an execution was redriven; one that was deleted meanwhile has no record. */
    private Optional<Execution> recorded(ExecutionSummary summary) {
        try {
            return Optional.of(executions.describe(new ExecutionId(summary.stateMachine(), summary.name())));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    ObjectNode history(Parameters request) {
        int most = request.maxResults();
        boolean isReverse = request.flag("reverseOrder", false);
        boolean includesData = request.flag("includeExecutionData", true);
        Optional<String> token = request.optional("nextToken");
        String arn = request.text("executionArn");
        Execution found = find(arn);
        String question = "GetExecutionHistory " + arn + " " + isReverse + " " + includesData;
        long after = token.map(text -> position(question, text)).orElse(isReverse ? Long.MAX_VALUE : 0L);
        List<ObjectNode> events = new ArrayList<>(ApiHistory.of(arns, found, includesData));
        if (isReverse) {
            Collections.reverse(events);
        }
        events.removeIf(event -> isReverse
                ? event.path("id").longValue() >= after
                : event.path("id").longValue() <= after);
        ObjectNode answer = answer();
        ArrayNode page = answer.putArray("events");
        events.stream().limit(most).forEach(page::add);
        if (events.size() > most) {
            answer.put(
                    "nextToken",
                    tokens.of(question, page.get(most - 1).path("id").asText()));
        }
        return answer;
    }

    private long position(String question, String token) {
        try {
            return Long.parseLong(tokens.position(question, token));
        } catch (NumberFormatException e) {
            throw ApiException.invalidToken();
        }
    }

    ObjectNode stop(Parameters request) {
        String arn = request.text("executionArn");
        String error = request.optional("error").orElse("");
        String cause = request.optional("cause").orElse("");
        Execution found = find(arn);
        if (!found.status().isFinal()) {
            try {
                executions.stop(found.id(), error, cause);
            } catch (InvalidRequestException e) {
                // It has ended meanwhile, or is about to: what the service answers is the same
            }
        }
        return answer().put("stopDate", ApiHistory.seconds(find(arn).stopDate().orElseGet(this::now)));
    }

    ObjectNode redrive(Parameters request) {
        String arn = request.text("executionArn");
        Optional<ClientToken> token = request.optional("clientToken").map(ClientToken::new);
        return answer().put("redriveDate", ApiHistory.seconds(redrive(find(arn), token)));
    }

    /** When the execution was redriven: now, or by the same request before. */
    private Instant redrive(Execution found, Optional<ClientToken> token) {
        Optional<Instant> before = redriven(found, token);
        if (before.isPresent()) {
            return before.get();
        }
        Optional<String> reason = notRedrivable(found);
        if (reason.isPresent()) {
            throw notRedrivable(reason.get());
        }
        try {
            return executions.redriveRecorded(found.id(), token).lastStartDate();
        } catch (InvalidRequestException e) {
            // The same request may have been faster on another connection
            return redriven(find(arns.execution(found.id())), token).orElseThrow(() -> notRedrivable(e.getMessage()));
        }
    }

    private Optional<Instant> redriven(Execution found, Optional<ClientToken> token) {
        return token.flatMap(text -> text.redriveDate(found, clock.instant()));
    }

    private static ApiException notRedrivable(String reason) {
        return ApiException.of("ExecutionNotRedrivable", reason);
    }

    ObjectNode describeStateMachine(Parameters request) {
        Execution found = find(request);
        return stateMachines.describeForExecution(new Addressed(found.stateMachine(), false), request.includesData());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static ObjectNode answer() {
        return JSON.createObjectNode();
    }
}
