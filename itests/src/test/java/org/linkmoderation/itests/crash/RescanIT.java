package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.Links;
import org.linkmoderation.testkit.ScriptedLambda;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The rescan of active links in two real containers. {@code -Drescan.links=100000 -Drescan.bad=300} is the long run.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RescanIT {
    private static final Logger LOG = LoggerFactory.getLogger(RescanIT.class);
    private static final int LINKS = Integer.getInteger("rescan.links", 600);
    private static final int BAD = Integer.getInteger("rescan.bad", 30);
    private static final int KILLS = Integer.getInteger("rescan.kills", 1);
    private static final long SEED = Long.getLong("rescan.seed", 1);
    private static final int MAX_IN_FLIGHT = Integer.getInteger("rescan.in.flight", 100);
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration LONG = Duration.ofSeconds(120 + LINKS / 20);
    private static final String SETTINGS = "org.linkmoderation.rescan";
    private static final String URL = "https://example.org/";

    private static Site site;

    @BeforeAll
    static void start() {
        site = new Site("rescan", 2);
        if (LINKS > 10_000) {
            site.forMeasurement();
        }
        site.start();
        site.nodes().forEach(node -> {
            node.shellOk("feature:install link-moderation-rescan");
            node.setting(SETTINGS, "max.in.flight", MAX_IN_FLIGHT);
            node.awaitReady();
        });
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    @Order(1)
    void shouldTakeDownOneLinkAndKeepAnother() {
        site.links().put("bad", URL + "malware", "active");
        site.links().put("good", URL + "good", "active");
        site.links().put("pending", URL + "malware", "pending");
        for (String code : List.of("bad", "good", "pending")) {
            start(
                    "rescan",
                    code,
                    "{\"code\":\"" + code + "\",\"url\":\"" + URL + (code.equals("good") ? "good" : "malware") + "\"}");
            awaitEnd("rescan", code);
        }

        assertThat(trail("bad")).containsExactly("CheckSafety", "IsSafe", "TakeDown", "IsChanged");
        assertThat(site.links().status("bad")).isEqualTo("blocked");
        assertThat(site.links().attribute("bad", "blockedBy")).isEqualTo("bad");
        assertThat(trail("good")).containsExactly("CheckSafety", "IsSafe", "Keep", "IsChanged");
        assertThat(site.links().status("good")).isEqualTo("active");
        assertThat(site.links().attribute("good", "scannedBy")).isEqualTo("good");
        assertThat(site.links().status("pending")).as("is left as it was").isEqualTo("pending");
    }

    @Test
    @Order(2)
    void shouldFailWhereTheScanFailsAndTakeDownWhenItIsRedriven() {
        site.links().put("later", URL + "malware", "active");
        site.lambda().script("later", ScriptedLambda.functionError("ListsUnavailable", "no lists"));
        site.nodes()
                .forEach(node -> node.setting(SETTINGS, "retry.max.attempts", 0).awaitReady());
        start("rescan", "later", "{\"code\":\"later\",\"url\":\"" + URL + "malware\"}");
        awaitEnd("rescan", "later");
        assertThat(describe("rescan", "later").path("status").asText()).isEqualTo("FAILED");
        assertThat(site.links().status("later")).isEqualTo("active");

        site.lambda().script("later", ScriptedLambda.returnsInputWith("safe", "false"));
        site.node().shellOk("moderation:redrive -m rescan later");

        Awaitility.await().atMost(SOON).until(() -> site.links().status("later").equals("blocked"));
    }

    @Test
    @Order(3)
    void shouldScanAllByScheduleOncePerTickInTwoContainers() {
        site.links().put("scheduled", URL + "malware", "active");

        // The last tick is an hour ago at most: it is caught up at once
        site.nodes().forEach(node -> node.setting(SETTINGS, "interval.seconds", 3_600));

        Awaitility.await()
                .atMost(SOON)
                .until(() -> site.links().status("scheduled").equals("blocked"));
        site.nodes()
                .forEach(node -> node.setting(SETTINGS, "interval.seconds", 0).awaitReady());
        assertThat(names("rescan-all")).hasSize(1).allMatch(name -> name.matches("at-\\d{8}T\\d{4}00Z"));
    }

    @Test
    @Order(4)
    void shouldScanAllWhenTheListsHaveChanged() {
        site.lambda().script("lists", ScriptedLambda.returns("{\"safe\":true,\"listVersion\":\"v1\"}"));
        site.lambda().script("listed", ScriptedLambda.returns("{\"safe\":true,\"listVersion\":\"v1\"}"));
        site.links().put("listed", URL + "listed", "active");
        site.nodes().forEach(node -> node.setting(SETTINGS, "lists.interval.seconds", 1));
        Awaitility.await().atMost(SOON).until(() -> "v1".equals(site.links().attribute("listed", "listVersion")));

        site.lambda().script("listed", ScriptedLambda.returns("{\"safe\":false,\"listVersion\":\"v2\"}"));
        site.lambda().script("lists", ScriptedLambda.returns("{\"safe\":true,\"listVersion\":\"v2\"}"));

        Awaitility.await()
                .atMost(SOON)
                .until(() -> site.links().status("listed").equals("blocked"));
        site.nodes()
                .forEach(node ->
                        node.setting(SETTINGS, "lists.interval.seconds", 0).awaitReady());
        assertThat(names("rescan-all"))
                .filteredOn(name -> name.startsWith("lists-"))
                .containsExactlyInAnyOrder("lists-v1", "lists-v2");
        awaitNoneInFlight();
    }

    /** A list change makes some of many links bad; a container is killed meanwhile. */
    @Test
    @Order(5)
    void shouldTakeDownEachBadLinkAndNoOtherWhenAContainerIsKilled() throws Exception {
        Random random = new Random(SEED);
        List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, LINKS).boxed().toList());
        Collections.shuffle(numbers, random);
        Set<Integer> bad = new HashSet<>(numbers.subList(0, BAD));
        site.links()
                .putAll(IntStream.range(0, LINKS)
                        .mapToObj(i -> Links.item("all" + i, URL + (bad.contains(i) ? "malware/" : "") + i, "active"))
                        .toList());
        int earlier = names("rescan-all").size();
        int most = 0;
        Instant began = Instant.now();
        start("rescan-all", "nightly", "{}");
        for (int kill = 1; kill <= KILLS; kill++) {
            int due = LINKS * kill / (KILLS + 1);
            Awaitility.await(due + " links")
                    .atMost(LONG)
                    .until(() -> site.lambda().received() >= due);
            KarafNode victim = site.nodes().get(kill % 2);
            victim.kill();
            most = Math.max(most, inFlight("rescan"));
            victim.launch();
            victim.awaitReady();
        }
        AtomicInteger highest = new AtomicInteger(most);
        Awaitility.await("the end of all")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    int inFlight = inFlight("rescan");
                    highest.accumulateAndGet(inFlight, Math::max);
                    return inFlight == 0 && inFlight("rescan-all") == 0;
                });
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1e3;

        Map<String, String> statuses = new TreeMap<>();
        int unscanned = 0;
        for (Map<String, AttributeValue> link : links()) {
            String code = link.get("PK").s().substring("LINK#".length());
            if (code.matches("all\\d+")) {
                statuses.put(code, link.get("status").s());
                unscanned += link.containsKey("scannedAt") ? 0 : 1;
            }
        }
        assertThat(statuses).hasSize(LINKS);
        assertThat(unscanned).as("links that were missed").isZero();
        statuses.forEach((code, status) -> assertThat(status)
                .as(code)
                .isEqualTo(bad.contains(Integer.valueOf(code.substring(3))) ? "blocked" : "active"));
        assertThat(highest.get()).as("in flight").isLessThanOrEqualTo(MAX_IN_FLIGHT);
        assertThat(RecordedExecution.count(site.links(), "rescan", "FAILED")).isZero();
        assertThat(site.messages().browse("DLQ.rescan.requests")).isEmpty();
        String figures = String.format(
                Locale.ROOT,
                "%d links, %d of them bad, %d kills: all in %.0f s, %.0f links/s; %d calls of the function; at most %d in"
                        + " flight; %d executions of rescan-all%n",
                LINKS,
                BAD,
                KILLS,
                seconds,
                LINKS / seconds,
                site.lambda().received(),
                highest.get(),
                names("rescan-all").size() - earlier);
        LOG.info("{}", figures);
        Files.writeString(KarafNode.MODULE.resolve("target/rescan.txt"), figures);
    }

    /** Starts an execution; after a change of the settings the state machine needs a moment. */
    private static void start(String stateMachine, String name, String input) {
        site.node()
                .await(
                        "the start of " + name,
                        SOON,
                        () -> site.node()
                                .shell("moderation:start -m " + stateMachine + " --name " + name + " '" + input + "'")
                                .succeeded());
    }

    private static Iterable<Map<String, AttributeValue>> links() {
        return site.links()
                .client()
                .scanPaginator(
                        request -> request.tableName(site.tables().links()).consistentRead(true))
                .items();
    }

    private static void awaitNoneInFlight() {
        Awaitility.await().atMost(SOON).until(() -> inFlight("rescan") + inFlight("rescan-all") == 0);
    }

    /** How many executions run. */
    private static int inFlight(String stateMachine) {
        return RecordedExecution.count(site.links(), stateMachine, "RUNNING");
    }

    private static List<String> names(String stateMachine) {
        List<String> names = new ArrayList<>();
        site.node()
                .shellOk("moderation:list -m " + stateMachine + " --limit 1000 --json")
                .json()
                .path("executions")
                .forEach(execution -> names.add(execution.path("name").asText()));
        return names;
    }

    private static JsonNode describe(String stateMachine, String name) {
        return site.node()
                .shellOk("moderation:describe -m " + stateMachine + " --json " + name)
                .json();
    }

    private static List<String> trail(String name) {
        List<String> trail = new ArrayList<>();
        site.node()
                .shellOk("moderation:history -m rescan --json " + name)
                .json()
                .path("trail")
                .forEach(state -> trail.add(state.asText()));
        return trail;
    }

    private static void awaitEnd(String stateMachine, String name) {
        Awaitility.await(name).atMost(SOON).until(() -> {
            var result = site.node().shell("moderation:describe -m " + stateMachine + " --json " + name);
            return result.succeeded() && !result.json().path("status").asText().equals("RUNNING");
        });
    }
}
