package org.linkmoderation.jmx;

/**
 * {@link org.linkmoderation.Executions} over JMX, made for consoles: results are documents as text, with the names of
 * the Step Functions API, and what can't be done is an exception of the JDK's with one sentence.
 *
 * <p>In each operation a state machine may be left empty: {@code moderation} then.
 */
@Description("The executions of the state machines: what ran in this container since its start, and what operators do. "
        + "Lists, records and histories are those of all containers.")
public interface ExecutionsMBean {
    @Description("The names of the state machines that run in this container")
    String[] getStateMachines();

    @Description("Since when the numbers below are counted")
    String getCountedSince();

    @Description("How many executions are in flight in this container now")
    long getInFlight();

    @Description("How many executions this container has started")
    long getStarted();

    @Description("How many executions this container has redriven")
    long getRedriven();

    @Description("How many executions have ended in this container with status SUCCEEDED")
    long getSucceeded();

    @Description("How many executions have ended in this container with status FAILED")
    long getFailed();

    @Description("How many executions have ended in this container with status TIMED_OUT")
    long getTimedOut();

    @Description("How many executions have ended in this container with status ABORTED")
    long getAborted();

    @Description(
            "Counts the recorded executions of all containers by their status. Counts no further than 1000 in each "
                    + "status, and reads as many index entries, so ask it by hand only")
    String countByStatus(@Description("The state machine; moderation if empty") String stateMachine);

    @Description("Lists executions of all containers, newest first; with a prefix, in the order of names")
    String list(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("Only this status: RUNNING, IN_DOUBT, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; all if empty")
                    String status,
            @Description("Only names that start so; all if empty") String namePrefix,
            @Description("How many at the most, 1 to 1000; 20 if 0") int limit,
            @Description("The nextToken of the page before; empty for the first page") String nextToken);

    @Description("Lists executions of all containers that started in a time, newest first; with a prefix, in the order "
            + "of names")
    String listStarted(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("Only these statuses, separated by commas: RUNNING, IN_DOUBT, SUCCEEDED, FAILED, TIMED_OUT or "
                            + "ABORTED; all if empty")
                    String statuses,
            @Description("Only names that start so; all if empty") String namePrefix,
            @Description("Only those that started then or later, such as 2026-11-22T10:00:00Z; may be empty")
                    String from,
            @Description("Only those that started before then; may be empty") String to,
            @Description("How many at the most, 1 to 1000; 20 if 0") int limit,
            @Description("The nextToken of the page before; empty for the first page") String nextToken);

    @Description("Counts the executions of all containers that wait, by the state that they wait in. Counts no further "
            + "than 1000 in status RUNNING and 1000 in IN_DOUBT")
    String countByState(@Description("The state machine; moderation if empty") String stateMachine);

    @Description("What a state machine is: its definition in the Amazon States Language, its graph, and its diagram as "
            + "Mermaid text")
    String describeStateMachine(@Description("The state machine; moderation if empty") String stateMachine);

    @Description("The record of an execution: status, dates, input, output or error and cause, whether it can be "
            + "redriven, and the page of its trace")
    String describe(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name);

    @Description("The history of an execution: each event with its time and its details")
    String history(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name);

    @Description("A page of the history of an execution: the events after one of them, and how many there are in all")
    String historyPage(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name,
            @Description("The id of the event before the page; 0 for the first page") int after,
            @Description("How many events at the most, 1 to 1000; 20 if 0") int limit);

    @Description("Starts an execution. Answers with its name")
    String start(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("1 to 80 characters, no white space; made up if empty") String name,
            @Description("A JSON object, such as {\"code\": \"a1b2c3\", \"url\": \"https://example.org/\"}")
                    String input);

    @Description("Ends an execution that runs, with status ABORTED; a saga is undone before it ends")
    String stop(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name,
            @Description("The error name to record; may be empty") String error,
            @Description("The cause to record; may be empty") String cause);

    @Description("Lets an execution that failed, timed out or was aborted go on at the state where it ended")
    String redrive(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name);

    @Description("Marks the undo that keeps a saga in doubt as done, so that the saga goes on after it")
    String resolve(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name,
            @Description("The undo that counts as done, such as RefundCharge") String undo,
            @Description("Why; recorded in the history") String reason);

    @Description("Lists the tasks that wait for a person's decision, the one first that ends first")
    String reviews(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("How many at the most, 1 to 1000; 20 if 0") int limit,
            @Description("The nextToken of the page before; empty for the first page") String nextToken);

    @Description("Approves the task of an execution that waits for a person's decision; you are named in the history")
    String approve(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name,
            @Description("Why; may be empty") String reason);

    @Description("Rejects the task of an execution that waits for a person's decision; you are named in the history")
    String reject(
            @Description("The state machine; moderation if empty") String stateMachine,
            @Description("The name of the execution") String name,
            @Description("Why it is rejected") String reason);

    @Description("Answers a task by its token: it has succeeded")
    String taskSuccess(
            @Description("The token of the task") String taskToken,
            @Description("The result, a JSON document") String output);

    @Description("Answers a task by its token: it has failed")
    String taskFailure(
            @Description("The token of the task") String taskToken,
            @Description("The error name, which Retry and Catch match") String error,
            @Description("The cause; may be empty") String cause);

    @Description("Shows that the holder of a task is still at work on it")
    String taskHeartbeat(@Description("The token of the task") String taskToken);

    @Description("The oldest messages that could not become executions, with the reasons")
    String deadLetters(
            @Description("The state machine that they were sent to; moderation if empty") String stateMachine,
            @Description("How many at the most; 20 if 0") int limit);

    @Description("Sends a dead letter to its queue again")
    String resend(
            @Description("The state machine that it was sent to; moderation if empty") String stateMachine,
            @Description("The id of the message, ID:…") String id);

    @Description(
            "Copies the executions of all state machines that have ended from the journal that is not chosen into the "
                    + "chosen one")
    String importJournal(@Description("The journal to read: dynamodb or jdbc") String from);

    @Description("Asks each service that executions need whether it answers")
    String status();
}
