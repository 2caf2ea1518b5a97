package org.linkmoderation.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
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
import java.util.regex.Pattern;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.api.Arns.Addressed;

/** What the API does with executions. */
final class ExecutionActions {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int MAX_ARN_CHARACTERS = 256;
    private static final int MAX_NAME_CHARACTERS = 80;
    private static final int MAX_TOKEN_CHARACTERS = 1_024;
    private static final int MAX_LIST_TOKEN_CHARACTERS = 3_096;
    private static final int MAX_ERROR_CHARACTERS = 256;
    private static final int MAX_CAUSE_CHARACTERS = 32_768;
    private static final int MAX_REDRIVABLE_EVENTS = 24_999;
    private static final Duration REDRIVABLE_PERIOD = Duration.ofDays(14);
    private static final Pattern CLIENT_TOKEN = Pattern.compile("[!-~]{1,64}");

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
    private final RedriveTokens redrives;

    ExecutionActions(
            Executions executions, StateMachineActions stateMachines, Arns arns, PageToken tokens, Clock clock) {
        this.executions = executions;
        this.stateMachines = stateMachines;
        this.arns = arns;
        this.tokens = tokens;
        this.clock = clock;
        this.redrives = new RedriveTokens(clock);
    }

    ObjectNode start(Parameters request) {
        String arn = request.text("stateMachineArn", MAX_ARN_CHARACTERS);
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
        Optional<String> name = request.optionalText("name", MAX_NAME_CHARACTERS);
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
        String input = request.optionalText("input", Integer.MAX_VALUE).orElse("{}");
        if (input.getBytes(StandardCharsets.UTF_8).length > StartRequest.MAX_INPUT_BYTES) {
            throw ApiException.of(
                    "ValidationException",
                    "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length"
                            + " less than or equal to " + StartRequest.MAX_INPUT_BYTES);
        }
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
        String arn = request.text("stateMachineArn", MAX_ARN_CHARACTERS);
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
                .put("status", ended.status().name())
                .put("input", ended.input());
        answer.putObject("inputDetails").put("included", true);
        answer.putObject("outputDetails").put("included", true);
        ended.output().ifPresent(output -> answer.put("output", output));
        error(answer, ended);
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
        boolean includesData = includesData(request);
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

    private static boolean includesData(Parameters request) {
        String included = request.optionalText("includedData", 64).orElse("ALL_DATA");
        return switch (included) {
            case "ALL_DATA" -> true;
            case "METADATA_ONLY" -> false;
            default ->
                throw ApiException.validationOf(
                        included, "includedData", "satisfy enum value set: [ALL_DATA, METADATA_ONLY]");
        };
    }

    private Execution find(Parameters request) {
        return find(request.text("executionArn", MAX_ARN_CHARACTERS));
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
        if (found.events().size() >= MAX_REDRIVABLE_EVENTS) {
            return Optional.of("Execution history event limit exceeded");
        }
        return found.stopDate()
                .filter(date -> date.plus(REDRIVABLE_PERIOD).isBefore(clock.instant()))
                .map(date -> "Execution redrivable period exceeded")
                .or(() -> executions.whyNotRedrivable(found));
    }

    ObjectNode list(Parameters request) {
        int most = request.maxResults();
        Optional<String> token = request.optionalText("nextToken", MAX_LIST_TOKEN_CHARACTERS);
        Optional<String> status = request.optionalText("statusFilter", 64);
        Optional<String> redriven = request.optionalText("redriveFilter", 64);
        if (status.isPresent()
                && !STATUSES.containsKey(status.get())
                && !status.get().equals("PENDING_REDRIVE")) {
            throw ApiException.validationOf(
                    status.get(),
                    "statusFilter",
                    "satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]");
        }
        if (redriven.isPresent() && !Set.of("REDRIVEN", "NOT_REDRIVEN").contains(redriven.get())) {
            throw ApiException.validationOf(
                    redriven.get(), "redriveFilter", "satisfy enum value set: [NOT_REDRIVEN, REDRIVEN]");
        }
        String arn = request.text("stateMachineArn", MAX_ARN_CHARACTERS);
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
        Optional<Execution> recorded = recorded(summary);
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

    /** The list does not say how often an execution was redriven; one that was deleted meanwhile has no record. */
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
        Optional<String> token = request.optionalText("nextToken", MAX_TOKEN_CHARACTERS);
        String arn = request.text("executionArn", MAX_ARN_CHARACTERS);
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
        String arn = request.text("executionArn", MAX_ARN_CHARACTERS);
        String error = request.optionalText("error", MAX_ERROR_CHARACTERS).orElse("");
        String cause = request.optionalText("cause", MAX_CAUSE_CHARACTERS).orElse("");
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
        String arn = request.text("executionArn", MAX_ARN_CHARACTERS);
        Optional<String> token = request.optionalText("clientToken", 64);
        if (token.isPresent() && !CLIENT_TOKEN.matcher(token.get()).matches()) {
            throw ApiException.validationOf(token.get(), "clientToken", "satisfy regular expression pattern: [!-~]+");
        }
        ExecutionId id = arns.readExecution(arn);
        return answer().put("redriveDate", ApiHistory.seconds(redrives.once(id, token, () -> redrive(find(arn)))));
    }

    private Instant redrive(Execution found) {
        Optional<String> reason = notRedrivable(found);
        if (reason.isPresent()) {
            throw notRedrivable(reason.get());
        }
        try {
            return executions.redriveRecorded(found.id()).lastStartDate();
        } catch (InvalidRequestException e) {
            throw notRedrivable(e.getMessage());
        }
    }

    private static ApiException notRedrivable(String reason) {
        return ApiException.of("ExecutionNotRedrivable", reason);
    }

    ObjectNode describeStateMachine(Parameters request) {
        Execution found = find(request);
        return stateMachines.describeForExecution(new Addressed(found.stateMachine(), false));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static ObjectNode answer() {
        return JSON.createObjectNode();
    }
}
