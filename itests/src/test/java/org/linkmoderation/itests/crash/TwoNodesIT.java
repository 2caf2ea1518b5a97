package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.testkit.ScriptedLambda;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two containers on one broker and one DynamoDB; one is killed in the middle and does not come back. */
class TwoNodesIT {

    private static final Logger LOG = LoggerFactory.getLogger(TwoNodesIT.class);

    private static final int MESSAGES = 40;
    private static final int FILES = 20;

    @Test
    void shouldFinishEachExecutionOnceWhenOneOfTwoIsKilled() {
        try (Site site = Site.ofChosenJournal("two", 2).start()) {
            CountDownLatch killed = new CountDownLatch(1);
            Map<String, String> codes = new TreeMap<>();
            for (int i = 0; i < MESSAGES + FILES; i++) {
                String name = (i < MESSAGES ? "two-message-" : "two-file-") + i;
                String code = "two" + i;
                codes.put(name, code);
                site.links().putPending(code, url(code));
                // In flight, in both containers, until one of them is killed
                site.lambda()
                        .script(
                                code,
                                ScriptedLambda.returnsInputWith("safe", "true")
                                        .after(() ->
                                                killed.await(Site.CHECK_SAFETY_TIMEOUT_SECONDS, TimeUnit.SECONDS)));
            }
            codes.forEach((name, code) -> sendTwice(site, name, code));
            KarafNode survivor = site.nodes().get(0);
            KarafNode victim = site.nodes().get(1);
            Awaitility.await("work in both containers")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> hasStarted(survivor) && hasStarted(victim));
            victim.kill();
            killed.countDown();
            // What its inbox had not sent is no execution yet: it is sent when the container is back
            long before = executions(site).size();
            Awaitility.await("the end of all that was in the queue")
                    .atMost(Duration.ofMinutes(2))
                    .ignoreExceptions()
                    .until(() -> executions(site).values().stream().allMatch(RecordedExecution::isEnded)
                            && site.messages().count(Messages.REQUESTS) == 0);
            Map<String, RecordedExecution> executions = executions(site);
            assertThat(executions.keySet()).containsExactlyInAnyOrderElementsOf(codes.keySet());
            for (RecordedExecution execution : executions.values()) {
                execution.checkHistory(3);
                assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
                assertThat(site.links()
                                .item(codes.get(execution.name()))
                                .get("decisions")
                                .n())
                        .as("decisions by %s", execution)
                        .isEqualTo("1");
            }
            long resumed = executions.values().stream()
                    .filter(execution -> execution.count("ExecutionResumed") > 0)
                    .count();
            assertThat(resumed)
                    .as("executions of the killed container that were resumed")
                    .isPositive();
            Map<String, Long> refused = site.messages().receiveAll(Messages.DEAD_LETTERS).stream()
                    .collect(Collectors.groupingBy(TwoNodesIT::reason, TreeMap::new, Collectors.counting()));
            assertThat(refused.keySet()).as("dead letters").isSubsetOf("ExecutionAlreadyExists");
            LOG.info(
                    "Two containers, {} executions, each requested twice, {} recorded at the kill: {} resumed, refused {}",
                    executions.size(),
                    before,
                    resumed,
                    refused);
        }
    }

    /** By message twice with one RequestId; by file, the same one into both inboxes, which are two requests. */
    private static void sendTwice(Site site, String name, String code) {
        String request = "{\"code\":\"" + code + "\",\"url\":\"" + url(code) + "\"}";
        if (name.startsWith("two-file")) {
            site.nodes().forEach(node -> Site.drop(node, name + ".json", request));
        } else {
            Map<String, String> properties = Map.of("ExecutionName", name, "RequestId", name + "-request");
            site.messages().send(Messages.REQUESTS, request, properties);
            site.messages().send(Messages.REQUESTS, request, properties);
        }
    }

    private static String url(String code) {
        return "https://example.com/" + code;
    }

    /** Whether messages are worked on in this container: the queue's route counts them. */
    private static boolean hasStarted(KarafNode node) {
        return ((Number) node.mbeanAttribute(
                                "org.apache.camel:context=moderation,type=routes,name=\"moderation.requests\"",
                                "ExchangesInflight"))
                        .intValue()
                > 0;
    }

    private static Map<String, RecordedExecution> executions(Site site) {
        return site.executions();
    }

    private static String reason(jakarta.jms.Message letter) {
        try {
            String reason = letter.getStringProperty("DeadLetterReason");
            return reason == null ? "none" : reason.split(":")[0];
        } catch (jakarta.jms.JMSException e) {
            return e.toString();
        }
    }
}
