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
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;

/**
 * Kills the parts of a site at random points as {@code kill -9} does, each by itself and so at times several at once,
 * while requests are sent; then lets everything come back, waits until all is done, and checks what came of each
 * request. The seed decides the order and the times of the kills and what is sent; what a kill meets is chance.
 */
final class CrashRun {

    /** MaxAttempts of CheckSafety's Retry, as shipped. */
    private static final int MAX_ATTEMPTS = 3;

    private static final Duration DRAIN = Duration.ofMinutes(6);

    private final Site site;
    private final Workload workload;
    private final Kills kills;
    private final Aftermath aftermath;

    /**
     * @param site a site that has been started
     * @param kills how many kills, over all parts
     * @param seed the seed
     */
    CrashRun(Site site, int kills, long seed) {
        this.site = site;
        this.aftermath = new Aftermath("crash-run", seed);
        this.workload = new Workload(site, seed, "crash", 120);
        List<Kills.Part> parts = new ArrayList<>();
        for (KarafNode node : site.nodes()) {
            parts.add(new Kills.Part(node.name(), node::kill, node::launch, 3_000, 22_000, 1_000));
        }
        parts.add(new Kills.Part("broker", site.broker()::kill, site.broker()::start, 1_000, 16_000, 4_000));
        parts.add(new Kills.Part("dynamodb", site.dynamoDb()::kill, site.dynamoDb()::start, 1_000, 16_000, 4_000));
        parts.add(new Kills.Part("lambda", site.lambda()::kill, site.lambda()::start, 1_000, 16_000, 4_000));
        site.database()
                .ifPresent(database ->
                        parts.add(new Kills.Part("postgresql", database::kill, database::start, 1_000, 16_000, 4_000)));
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
        Map<String, RecordedExecution> executions =
                aftermath.awaitAllEnded(workload.sent().keySet(), site::executions, DRAIN);
        aftermath.awaitEmptyQueue(site.messages(), Messages.REQUESTS);
        long end = System.nanoTime();

        List<jakarta.jms.Message> deadLetters = site.messages().receiveAll(Messages.DEAD_LETTERS);
        executions.values().forEach(this::checkHistory);
        workload.sent().forEach((name, request) -> checkDecision(name, request, executions.get(name)));
        deadLetters.forEach(this::checkDeadLetter);
        site.nodes().forEach(this::checkFolders);
        checkExport(executions);

        return aftermath.conclude(
                kills.killed(), figures(executions, deadLetters.size(), Aftermath.seconds(begin, lastKill, end)));
    }

    private void checkHistory(RecordedExecution execution) {
        aftermath.check(() -> execution.checkHistory(MAX_ATTEMPTS));
    }

    private void checkDecision(String name, Workload.Sent request, RecordedExecution execution) {
        if (execution == null) {
            aftermath.fault("execution " + name + " is lost");
            return;
        }
        int calls = site.lambda().calls(request.code()).size();
        if (calls > execution.count("LambdaFunctionScheduled")) {
            aftermath.fault(calls + " scans that are not all journaled: " + execution);
        }
        aftermath.check(() -> execution.checkDecision(site.links(), request.code(), Workload.isSafe(request)));
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
                aftermath.fault("dead letter without a good reason: " + name + ", request "
                        + letter.getStringProperty("RequestId") + ": " + reason + "; the broker's: "
                        + letter.getStringProperty("dlqDeliveryFailureCause"));
            }
        } catch (jakarta.jms.JMSException e) {
            aftermath.fault("a dead letter that can't be read: " + e);
        }
    }

    private void checkFolders(KarafNode node) {
        Path inbox = Site.inbox(node);
        for (Path folder : List.of(inbox, inbox.resolveSibling("failed"))) {
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.forEach(file -> aftermath.fault("file " + file + " is left"));
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
                aftermath.fault("exported differently: " + export + "\n" + execution);
            }
        });
    }

    private Map<String, Object> figures(Map<String, RecordedExecution> executions, int deadLetters, String seconds) {
        Map<String, Integer> links = new TreeMap<>();
        Map<Long, Integer> scans = new TreeMap<>();
        long resumed = 0;
        long resumes = 0;
        long mostResumes = 0;
        long allScans = 0;
        long cutOff = 0;
        Map<String, Integer> cutPoints = new HashMap<>();
        for (RecordedExecution execution : executions.values()) {
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
                    cutPoints.merge(types.get(i - 1), 1, Integer::sum);
                }
            }
        }
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put(
                "requests",
                workload.sent().size() + " by " + workload.messages() + " messages and " + workload.files() + " files; "
                        + workload.sent().values().stream()
                                .filter(Workload.Sent::secondRequest)
                                .count() + " names used by two senders at once; "
                        + workload.resent() + " tries of sending failed");
        lines.put("executions", executions.size() + " " + Aftermath.statuses(executions));
        lines.put("last state", links);
        lines.put("resumed", resumed + " executions, " + resumes + " times, one at most " + mostResumes + " times");
        lines.put("cut points hit, by last event", cutPoints);
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
        lines.put("seconds", seconds);
        return lines;
    }
}
