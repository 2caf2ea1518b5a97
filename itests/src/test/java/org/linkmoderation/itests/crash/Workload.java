package org.linkmoderation.itests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * Sends requests by JMS and by file drop, some of them more than once, while parts of the site come and go. A message
 * that the broker did not confirm is sent again with the same RequestId.
 */
final class Workload {

    /**
     * What was sent under one name.
     *
     * @param code the link
     * @param url its URL
     * @param secondRequest whether a second request used the name, which may be refused
     */
    record Sent(String code, String url, boolean secondRequest) {}

    private final Site site;
    private final Random random;
    private final String prefix;
    private final int meanPauseMillis;
    private final Map<String, Sent> sent = new ConcurrentSkipListMap<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger resent = new AtomicInteger();
    private int files;
    private int next;

    /**
     * @param site what it is sent to
     * @param seed makes the choices
     * @param prefix begins all names
     * @param meanPauseMillis the mean pause between two requests
     */
    Workload(Site site, long seed, String prefix, int meanPauseMillis) {
        this.site = site;
        this.random = new Random(seed);
        this.prefix = prefix;
        this.meanPauseMillis = meanPauseMillis;
    }

    /** Sends until the latch is down. */
    void sendUntil(CountDownLatch end) throws InterruptedException {
        do {
            sendOne();
        } while (!end.await(random.nextInt(2 * meanPauseMillis), TimeUnit.MILLISECONDS));
    }

    /** What the broker or an inbox has taken, by the name of the execution. */
    Map<String, Sent> sent() {
        return sent;
    }

    /** Messages that the broker confirmed. */
    int messages() {
        return messages.get();
    }

    /** Messages that were sent again because the broker had not confirmed them. */
    int resent() {
        return resent.get();
    }

    int files() {
        return files;
    }

    private void sendOne() {
        int kind = random.nextInt(100);
        KarafNode node = site.nodes().get(random.nextInt(site.nodes().size()));
        if (kind < 60) {
            String name = prepare(false);
            sendMessage(name, name + "-request");
        } else if (kind < 70) {
            String name = prepare(false);
            sendMessage(name, name + "-request");
            sendMessage(name, name + "-request");
        } else if (kind < 80) {
            String name = prepare(true);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> sendMessage(name, name + "-other"));
            sendMessage(name, name + "-request");
            other.join();
        } else if (kind < 90) {
            String name = prepare(false);
            Site.drop(node, name + ".json", json(sent.get(name)));
            files++;
        } else {
            dropLines(node, 2 + random.nextInt(4));
        }
    }

    private void dropLines(KarafNode node, int lines) {
        String file = prefix + "-lines-" + next;
        List<String> content = new ArrayList<>();
        for (int line = 1; line <= lines; line++) {
            content.add(json(prepare(file + "-" + line, false)));
        }
        Site.drop(node, file + ".jsonl", String.join("\n", content) + "\n");
        files++;
    }

    private String prepare(boolean secondRequest) {
        String name = prefix + "-" + next;
        prepare(name, secondRequest);
        return name;
    }

    /** Puts a link, and decides what its scan will meet. */
    private Sent prepare(String name, boolean secondRequest) {
        String code = prefix + next++;
        String url = "https://example.com/" + (random.nextInt(3) == 0 ? "malware/" : "") + code;
        Sent request = new Sent(code, url, secondRequest);
        scriptScan(request);
        Kills.tryUntilDone("DynamoDB takes link " + code, () -> site.links().putPending(code, url));
        sent.put(name, request);
        return request;
    }

    private void scriptScan(Sent request) {
        ScriptedLambda.Step scan = ScriptedLambda.returnsInputWith("safe", Boolean.toString(isSafe(request)));
        int kind = random.nextInt(100);
        if (kind < 30) {
            site.lambda().script(request.code(), takes(100 + random.nextInt(2_000), scan));
        } else if (kind < 45) {
            site.lambda().script(request.code(), ScriptedLambda.functionError("ListsUnavailable", "for now"), scan);
        } else if (kind < 50) {
            site.lambda()
                    .script(
                            request.code(),
                            ScriptedLambda.serviceError(429, "TooManyRequestsException", "Rate Exceeded."),
                            scan);
        } else if (kind < 53) {
            site.lambda().script(request.code(), ScriptedLambda.timesOut());
        } else {
            site.lambda().script(request.code(), scan);
        }
    }

    /** An answer that takes its time, so that kills meet invocations in flight. */
    static ScriptedLambda.Step takes(int millis, ScriptedLambda.Step step) {
        CountDownLatch never = new CountDownLatch(1);
        return step.after(() -> never.await(millis, TimeUnit.MILLISECONDS));
    }

    static boolean isSafe(Sent request) {
        return !request.url().contains("malware");
    }

    private void sendMessage(String name, String requestId) {
        Map<String, String> properties = Map.of("ExecutionName", name, "RequestId", requestId);
        int tries = Kills.tryUntilDone(
                "the broker takes message " + requestId,
                () -> site.messages().send(Messages.REQUESTS, json(sent.get(name)), properties));
        messages.incrementAndGet();
        resent.addAndGet(tries - 1);
    }

    private static String json(Sent request) {
        return "{\"code\":\"" + request.code() + "\",\"url\":\"" + request.url() + "\"}";
    }
}
