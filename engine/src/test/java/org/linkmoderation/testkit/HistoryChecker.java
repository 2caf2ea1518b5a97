package org.linkmoderation.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.ErrorName;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEvent;
import org.linkmoderation.HistoryEventType;

/**
 * Checks that a history is one that the link-moderation state machine can have: its events follow the diagram, each
 * state's input is the output of the state before it, Retry and Catch are taken where they match and only there, and
 * the end is the one that the last state leads to. It shares no code with the state machine.
 *
 * <p>An execution may have been resumed between any two writes, so {@code ExecutionResumed} may stand anywhere; an
 * attempt that was under way then is made again. Anything that counts, such as the attempts of CheckSafety, goes on
 * counting.
 */
public final class HistoryChecker {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CHECK_SAFETY = "CheckSafety";
    private static final String IS_SAFE = "IsSafe";
    private static final String ACTIVATE = "Activate";
    private static final String REJECT = "Reject";
    private static final String MARK_ERROR = "MarkError";

    /** Where an attempt of a task stands. */
    private enum Attempt {
        NONE,
        SCHEDULED,
        STARTED
    }

    private final int maxAttempts;

    private HistoryEvent before;
    private ExecutionStatus status = ExecutionStatus.RUNNING;
    private Set<String> next = Set.of(CHECK_SAFETY);
    /** The input of the next state; the output of the execution after the last state. */
    private String document;

    private String state;
    private Attempt attempt = Attempt.NONE;
    private boolean succeeded;
    private Map<String, String> failure;
    private int failures;

    private HistoryChecker(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /**
     * Checks a history.
     *
     * @param events the history
     * @param status the status of the execution; the history of one that runs may stop after any event
     * @param maxAttempts MaxAttempts of CheckSafety's Retry
     * @throws AssertionError if the history can't be; the message says which event is wrong, and shows all
     */
    public static void check(List<HistoryEvent> events, ExecutionStatus status, int maxAttempts) {
        HistoryChecker checker = new HistoryChecker(maxAttempts);
        try {
            for (HistoryEvent event : events) {
                checker.inOrder(event);
                checker.follow(event);
                checker.before = event;
            }
            expect(checker.status == status, "the history ends with " + checker.status + ", the record says " + status);
        } catch (AssertionError | JsonProcessingException e) {
            StringBuilder message = new StringBuilder("Not a history of link-moderation: ")
                    .append(e.getMessage())
                    .append(checker.before == null ? "; at the start" : "; after event " + checker.before.id());
            events.forEach(event ->
                    message.append("\n  ").append(event.id()).append(' ').append(event.type()));
            throw new AssertionError(message.toString(), e);
        }
    }

    private void inOrder(HistoryEvent event) {
        long last = before == null ? 0 : before.id();
        expect(event.id() == last + 1, "event " + event.id() + " follows event " + last);
        expect(
                before == null || !event.timestamp().isBefore(before.timestamp()),
                "it happened before the event that it follows: " + event.timestamp());
        expect((before == null) == (event.type() == HistoryEventType.ExecutionStarted), event.type() + " here");
        expect(
                !status.isFinal() || event.type() == HistoryEventType.ExecutionRedriven,
                event.type() + " after the end");
    }

    private void follow(HistoryEvent event) throws JsonProcessingException {
        Map<String, String> details = event.details();
        switch (event.type()) {
            case ExecutionStarted -> document = details.get("input");
            case ExecutionResumed -> {
                expect(
                        before.type() != HistoryEventType.ExecutionResumed,
                        "resumed twice; nothing is written before something happens");
                attempt = Attempt.NONE;
            }
            case ExecutionRedriven -> redriven();
            case TaskStateEntered -> enter(details, !IS_SAFE.equals(details.get("name")));
            case ChoiceStateEntered -> enter(details, IS_SAFE.equals(details.get("name")));
            case LambdaFunctionScheduled -> schedule(CHECK_SAFETY.equals(state));
            case TaskScheduled -> schedule(Set.of(ACTIVATE, REJECT, MARK_ERROR).contains(state == null ? "" : state));
            case LambdaFunctionStarted, TaskStarted -> {
                expect(attempt == Attempt.SCHEDULED && sameKind(event), "started what was not scheduled");
                attempt = Attempt.STARTED;
            }
            case LambdaFunctionSucceeded, TaskSucceeded -> {
                end(event);
                succeeded = true;
                failure = null;
                document = details.get("output");
            }
            case LambdaFunctionFailed, LambdaFunctionTimedOut, TaskFailed, TaskTimedOut -> {
                end(event);
                failures++;
                failure = details;
            }
            case TaskStateExited -> exitTask(details);
            case ChoiceStateExited -> exitChoice(details);
            case ExecutionSucceeded -> succeed(details);
            case ExecutionFailed -> fail(details);
            case ExecutionTimedOut -> status = ExecutionStatus.TIMED_OUT;
            case ExecutionAborted -> status = ExecutionStatus.ABORTED;
            default -> throw new AssertionError("no event of this type can be: " + event.type());
        }
    }

    private void enter(Map<String, String> details, boolean rightKind) {
        String name = details.get("name");
        expect(rightKind, name + " is a state of another kind");
        expect(state == null, name + " entered within " + state);
        expect(next.contains(name), name + " entered, expected " + next);
        expect(document.equals(details.get("input")), "the input of " + name + " is not the output before it");
        state = name;
        succeeded = false;
        failure = null;
        failures = 0;
    }

    private void schedule(boolean rightKind) {
        expect(rightKind, "no task of this kind in state " + state);
        expect(attempt == Attempt.NONE, "an attempt is under way already");
        expect(!succeeded, "the task has succeeded already");
        if (failure != null) {
            expect(mayRetry(), "no Retry for " + failure.get("error") + " after " + failures + " failures");
        }
        attempt = Attempt.SCHEDULED;
    }

    private void end(HistoryEvent event) {
        expect(attempt == Attempt.STARTED && sameKind(event), "ended what was not started");
        attempt = Attempt.NONE;
    }

    private boolean sameKind(HistoryEvent event) {
        return event.type().name().startsWith("LambdaFunction") == CHECK_SAFETY.equals(state);
    }

    private boolean mayRetry() {
        return CHECK_SAFETY.equals(state)
                && failures <= maxAttempts
                && !Set.of(ErrorName.TIMEOUT, ErrorName.RUNTIME).contains(failure.get("error"));
    }

    private void exitTask(Map<String, String> details) throws JsonProcessingException {
        expect(state != null && state.equals(details.get("name")), "exited from " + details.get("name"));
        expect(attempt == Attempt.NONE, "exited while an attempt is under way");
        String output = details.get("output");
        if (succeeded) {
            expect(document.equals(output), "the output of " + state + " is not the result of its task");
            next = CHECK_SAFETY.equals(state) ? Set.of(IS_SAFE) : Set.of();
        } else {
            expect(failure != null && CHECK_SAFETY.equals(state), "exited without a result");
            String error = failure.get("error");
            expect(!error.equals(ErrorName.RUNTIME), "States.ALL does not catch States.Runtime");
            // Step Functions is not known to retry what is too large, nor not to
            expect(
                    !mayRetry() || error.equals(ErrorName.DATA_LIMIT_EXCEEDED),
                    "caught before its Retry was used up: " + failures + " failures");
            JsonNode caught = JSON.readTree(output);
            expect(
                    caught.equals(JSON.createObjectNode().put("Error", error).put("Cause", failure.get("cause"))),
                    "the output is not the error that was caught: " + output);
            document = output;
            next = Set.of(MARK_ERROR);
        }
        state = null;
    }

    private void exitChoice(Map<String, String> details) throws JsonProcessingException {
        expect(IS_SAFE.equals(state) && IS_SAFE.equals(details.get("name")), "exited from " + details.get("name"));
        expect(document.equals(details.get("output")), "a Choice changes nothing");
        JsonNode safe = JSON.readTree(document).path("safe");
        expect(!safe.isMissingNode(), "no branch without 'safe'");
        next = Set.of(safe.isBoolean() && safe.booleanValue() ? ACTIVATE : REJECT);
        state = null;
    }

    private void succeed(Map<String, String> details) {
        expect(state == null && next.isEmpty(), "succeeded in state " + state + ", before " + next);
        expect(document.equals(details.get("output")), "the output is not that of the last state");
        status = ExecutionStatus.SUCCEEDED;
    }

    private void fail(Map<String, String> details) throws JsonProcessingException {
        expect(state != null, "failed outside of a state");
        String error = details.get("error");
        if (IS_SAFE.equals(state)) {
            expect(error.equals(ErrorName.RUNTIME), "a Choice failed with " + error);
            expect(JSON.readTree(document).path("safe").isMissingNode(), "failed although there is a branch");
            expect(details.get("cause").startsWith("Invalid path '$.safe'"), "the cause is not that of a Choice");
        } else {
            expect(failure != null && attempt == Attempt.NONE, "failed without the failure of a task");
            expect(failure.equals(details), "the error is not that of the task");
            expect(
                    !CHECK_SAFETY.equals(state) || error.equals(ErrorName.RUNTIME),
                    "failed although there is a Retry or a Catch for " + error);
        }
        status = ExecutionStatus.FAILED;
    }

    private void redriven() {
        expect(status.isFinal() && status != ExecutionStatus.SUCCEEDED, "redriven in status " + status);
        status = ExecutionStatus.RUNNING;
        attempt = Attempt.NONE;
        failure = null;
        failures = 0;
    }

    private static void expect(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError(fault);
        }
    }
}
