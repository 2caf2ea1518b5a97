package org.linkmoderation.itests.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Kills the parts of a site at random points as {@code kill -9} does, each by itself and so at times several at once,
 * while requests are sent; then lets everything come back, waits until all is done, and checks what came of each
 * request. The seed decides the order and the times of the kills and what is sent; what a kill meets is chance.
 */
final class CrashRun {

    private static final Logger LOG = LoggerFactory.getLogger(CrashRun.class);

    /** MaxAttempts of CheckSafety's Retry, as shipped. */
    private static final int MAX_ATTEMPTS = 3;

    private static final Duration DRAIN = Duration.ofMinutes(6);

    private final Site site;
    private final long seed;
    private final Workload workload;
    private final Kills kills;
    private final List<String> faults = new ArrayList<>();

    /**
     * @param site a site that has been started
     * @param kills how many kills, over all parts
     * @param seed the seed
     */
    CrashRun(Site site, int kills, long seed) {
        this.site = site;
        this.seed = seed;
        this.workload = new Workload(site, seed, "crash", 120);
        List<Kills.Part> parts = new ArrayList<>();
        for (KarafNode node : site.nodes()) {
            parts.add(new Kills.Part(node.name(), node::kill, node::launch, 3_000, 22_000, 1_000));
        }
        parts.add(new Kills.Part("broker", site.broker()::kill, site.broker()::start, 1_000, 16_000, 4_000));
        parts.add(new Kills.Part("dynamodb", site.dynamoDb()::kill, site.dynamoDb()::start, 1_000, 16_000, 4_000));
        parts.add(new Kills.Part("lambda", site.lambda()::kill, site.lambda()::start, 1_000, 16_000, 4_000));
        this.kills = new Kills(parts, kills, seed);
    }

    /**
     * Runs, and gives the figures as a table.
     *
     * @throws AssertionError with the figures and what was wrong, if anything was
     */
    String run() {
        long begin = System.nanoTime();
        kills.during(workload::sendUntil);
        long lastKill = System.nanoTime();
        site.nodes().forEach(KarafNode::awaitReady);
        Map<String, RecordedExecution> executions = awaitAllEnded();
        awaitEmptyQueue();
        long end = System.nanoTime();

        List<jakarta.jms.Message> deadLetters = site.messages().receiveAll(Messages.DEAD_LETTERS);
        executions.values().forEach(this::checkHistory);
        workload.sent().forEach((name, request) -> checkDecision(name, request, executions.get(name)));
        executions.keySet().stream()
                .filter(name -> !workload.sent().containsKey(name))
                .forEach(name -> faults.add("nobody asked for execution " + name));
        deadLetters.forEach(this::checkDeadLetter);
        site.nodes().forEach(this::checkFolders);
        checkExport(executions);

        String figures = figures(executions, deadLetters.size(), seconds(begin, lastKill), seconds(lastKill, end));
        LOG.info("Crash run with seed {}\n{}", seed, figures);
        write(figures);
        if (!faults.isEmpty()) {
            throw new AssertionError(faults.size() + " faults after seed " + seed + "\n" + figures + "\n"
                    + String.join("\n", faults.subList(0, Math.min(20, faults.size()))));
        }
        return figures;
    }

    private Map<String, RecordedExecution> awaitAllEnded() {
        List<Map<String, RecordedExecution>> last = new ArrayList<>();
        try {
            Awaitility.await("the end of all executions")
                    .atMost(DRAIN)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(() -> {
                        Map<String, RecordedExecution> all = RecordedExecution.all(site.links());
                        last.add(all);
                        return all.keySet().containsAll(workload.sent().keySet())
                                && all.values().stream().allMatch(RecordedExecution::isEnded);
                    });
        } catch (ConditionTimeoutException e) {
            faults.add("after " + DRAIN.toMinutes() + " minutes some executions had not ended");
        }
        return last.get(last.size() - 1);
    }

    private void awaitEmptyQueue() {
        try {
            Awaitility.await("an empty queue")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> site.messages().count(Messages.REQUESTS) == 0);
        } catch (ConditionTimeoutException e) {
            faults.add(site.messages().count(Messages.REQUESTS) + " messages are left in the queue");
        }
    }

    private void checkHistory(RecordedExecution execution) {
        try {
            HistoryChecker.check(execution, MAX_ATTEMPTS);
        } catch (AssertionError e) {
            faults.add(e.getMessage());
        }
    }

    private void checkDecision(String name, Workload.Sent request, RecordedExecution execution) {
        if (execution == null) {
            faults.add("execution " + name + " is lost");
            return;
        }
        if (!execution.status().equals("SUCCEEDED")) {
            faults.add("nothing here makes an execution fail: " + execution);
            return;
        }
        int calls = site.lambda().calls(request.code()).size();
        if (calls > execution.count("LambdaFunctionScheduled")) {
            faults.add(calls + " scans that are not all journaled: " + execution);
        }
        Map<String, AttributeValue> link = site.links().item(request.code());
        String decisions = link.containsKey("decisions") ? link.get("decisions").n() : "no";
        if (!decisions.equals("1")) {
            faults.add("link " + request.code() + " has " + decisions + " decisions: " + execution);
            return;
        }
        String expected =
                execution.trail().contains("MarkError") ? "error" : Workload.isSafe(request) ? "active" : "rejected";
        if (!link.get("status").s().equals(expected)
                || !link.get("moderatedBy").s().equals(name)) {
            faults.add("link " + link + " is not as expected: " + expected + ", by " + execution);
        }
    }

    /** Only the second of two requests may be refused, because the first one's execution had ended already. */
    private void checkDeadLetter(jakarta.jms.Message letter) {
        try {
            String name = letter.getStringProperty("ExecutionName");
            String reason = letter.getStringProperty("DeadLetterReason");
            Workload.Sent request = name == null ? null : workload.sent().get(name);
            if (request == null
                    || !request.secondRequest()
                    || reason == null
                    || !reason.startsWith("ExecutionAlreadyExists")) {
                faults.add("dead letter without a good reason: " + name + ", request "
                        + letter.getStringProperty("RequestId") + ": " + reason + "; the broker's: "
                        + letter.getStringProperty("dlqDeliveryFailureCause"));
            }
        } catch (jakarta.jms.JMSException e) {
            faults.add("a dead letter that can't be read: " + e);
        }
    }

    private void checkFolders(KarafNode node) {
        Path inbox = Site.inbox(node);
        for (Path folder : List.of(inbox, inbox.resolveSibling("failed"))) {
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.forEach(file -> faults.add("file " + file + " is left"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** What an operator exports is what is recorded. */
    private void checkExport(Map<String, RecordedExecution> executions) {
        executions.values().stream().limit(3).forEach(execution -> {
            RecordedExecution export = RecordedExecution.ofExport(
                    site.node().shellOk("moderation:export " + execution.name()).json());
            checkHistory(export);
            if (!export.events().equals(execution.events())) {
                faults.add("exported differently: " + export + "\n" + execution);
            }
        });
    }

    private String figures(
            Map<String, RecordedExecution> executions, int deadLetters, double killSeconds, double drainSeconds) {
        Map<String, Integer> statuses = new TreeMap<>();
        Map<String, Integer> links = new TreeMap<>();
        Map<Long, Integer> scans = new TreeMap<>();
        long resumed = 0;
        long resumes = 0;
        long mostResumes = 0;
        long allScans = 0;
        long cutOff = 0;
        Map<String, Integer> resumedBehind = new HashMap<>();
        for (RecordedExecution execution : executions.values()) {
            statuses.merge(execution.status(), 1, Integer::sum);
            links.merge(
                    execution.trail().isEmpty()
                            ? "-"
                            : execution.trail().get(execution.trail().size() - 1),
                    1,
                    Integer::sum);
            long scan = execution.count("LambdaFunctionScheduled");
            scans.merge(scan, 1, Integer::sum);
            allScans += scan;
            cutOff += scan
                    - execution.count("LambdaFunctionSucceeded")
                    - execution.count("LambdaFunctionFailed")
                    - execution.count("LambdaFunctionTimedOut");
            long times = execution.count("ExecutionResumed");
            resumes += times;
            resumed += times > 0 ? 1 : 0;
            mostResumes = Math.max(mostResumes, times);
            List<String> types = execution.types().toList();
            for (int i = 1; i < types.size(); i++) {
                if (types.get(i).equals("ExecutionResumed")) {
                    resumedBehind.merge(types.get(i - 1), 1, Integer::sum);
                }
            }
        }
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("seed", seed);
        Map<String, Integer> killed = kills.killed();
        lines.put("kills", killed.values().stream().mapToInt(Integer::intValue).sum() + " " + killed);
        lines.put(
                "requests",
                workload.sent().size() + " by " + workload.messages() + " messages and " + workload.files() + " files; "
                        + workload.sent().values().stream()
                                .filter(Workload.Sent::secondRequest)
                                .count() + " names used by two senders at once; "
                        + workload.resent() + " tries of sending failed");
        lines.put("executions", executions.size() + " " + statuses);
        lines.put("last state", links);
        lines.put("resumed", resumed + " executions, " + resumes + " times, one at most " + mostResumes + " times");
        lines.put("resumed behind", resumedBehind);
        lines.put(
                "scans",
                String.format(
                        Locale.ROOT,
                        "%d, %.2f per execution, %d cut off; executions by scans %s",
                        allScans,
                        executions.isEmpty() ? 0 : (double) allScans / executions.size(),
                        cutOff,
                        scans));
        lines.put("dead letters", deadLetters);
        lines.put(
                "seconds",
                String.format(Locale.ROOT, "%.0f with kills, %.0f until all was done", killSeconds, drainSeconds));
        lines.put("faults", faults.size());
        StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-15s %s%n", name, value)));
        return text.toString();
    }

    private static void write(String figures) {
        try {
            Files.writeString(KarafNode.MODULE.resolve("target/crash-run.txt"), figures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }
}
