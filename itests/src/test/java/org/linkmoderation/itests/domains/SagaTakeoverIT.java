package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.itests.domains.SagaGate.Act.ChargeCard;
import static org.linkmoderation.itests.domains.SagaGate.Act.ConfirmDomain;
import static org.linkmoderation.itests.domains.SagaGate.Act.RefundCharge;
import static org.linkmoderation.itests.domains.SagaGate.Act.ReleaseDomain;
import static org.linkmoderation.itests.domains.SagaGate.Act.ReserveDomain;
import static org.linkmoderation.itests.domains.SagaGate.passes;
import static org.linkmoderation.itests.domains.SagaGate.refused;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.domains.SagaGate.Act;
import org.linkmoderation.itests.domains.SagaGate.Hold;

/**
 * Two containers on one broker, one journal and one coordinator: one of them is killed in the middle of sagas and never
 * comes back, the other one gets their messages. The coordinator, which knows of each saga the container that began it,
 * calls the one that goes on, and no saga stays with it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SagaTakeoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int LONG_SECONDS = 300;
    private static final int SHORT_SECONDS = 10;
    private static final long FUNDS = 10_000;
    private static final List<Act> SOLD = List.of(ReserveDomain, ChargeCard, ConfirmDomain);
    private static final List<Act> UNDONE = List.of(ReserveDomain, ChargeCard, RefundCharge, ReleaseDomain);

    private static DomainsSite site;

    @BeforeAll
    static void start() {
        site = new DomainsSite("takeover", LONG_SECONDS, 2).start();
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    @Order(1)
    void shouldFinishInAnotherContainerWhatWasGoingForwardOrBeingUndone() {
        Map<String, List<Act>> effects = new TreeMap<>();
        List<Hold> holds = new ArrayList<>();
        for (Act act : Act.values()) {
            for (boolean behind : new boolean[] {false, true}) {
                String name = (behind ? "behind-" : "before-") + act.name().toLowerCase(Locale.ROOT);
                Hold hold = new Hold();
                holds.add(hold);
                site.gate().treat(name, act, behind ? hold.behind() : hold.before(), passes());
                if (!SOLD.contains(act)) {
                    site.gate().treat(name, ConfirmDomain, refused());
                }
                effects.put(name, SOLD.contains(act) ? SOLD : UNDONE);
                request(name);
            }
        }
        await(0, "a saga at every point", () -> holds.stream().allMatch(Hold::isReached));

        site.node(0).kill();
        holds.forEach(Hold::open);
        assertThat(lras()).as("sagas that the coordinator knows").contains("\"Active\"");
        site.node(1).start();

        await(1, "the ends of all sagas", () -> effects.keySet().stream().allMatch(SagaTakeoverIT::isEnded));
        SoftAssertions softly = new SoftAssertions();
        effects.forEach((name, expected) -> {
            RecordedExecution execution = site.executions().get(name);
            softly.assertThat(site.gate().effects(name))
                    .as("effects of %s", name)
                    .isEqualTo(expected);
            softly.assertThat(execution.status())
                    .as("status of %s", execution)
                    .isEqualTo(expected.equals(SOLD) ? "SUCCEEDED" : "FAILED");
            softly.assertThat(execution.count("ExecutionResumed"))
                    .as("runs that resumed %s", execution)
                    .isPositive();
            softly.assertThat(site.domains().state(name))
                    .as("domain of %s", name)
                    .isEqualTo(expected.equals(SOLD) ? "confirmed by " + DomainsSite.owner(name) : "free");
            softly.assertThat(FUNDS - site.cards().balance(DomainsSite.card(name)))
                    .as("paid for %s", name)
                    .isEqualTo(expected.equals(SOLD) ? DomainsSite.PRICE : 0);
        });
        softly.assertAll();
        awaitNoSagaLeft();
    }

    @Test
    @Order(2)
    void shouldUndoInAnotherContainerWhatTheCoordinatorCancelledMeanwhile() {
        if (site.node(0).isRunning()) {
            // Run again alone
            site.node(0).kill();
        }
        site.node(0).setting("org.linkmoderation.domains", "timeout.seconds", SHORT_SECONDS);
        int logged = site.node(1).log().length();
        site.node(1).setting("org.linkmoderation.domains", "timeout.seconds", SHORT_SECONDS);
        if (!site.node(1).isRunning()) {
            site.node(1).start();
        }
        await(
                1,
                "routes with the new setting",
                () -> site.node(1).log().substring(logged).contains("State machine domains takes requests"));
        Hold hold = new Hold();
        site.gate().treat("timed-out", ConfirmDomain, hold.behind(), passes());
        request("timed-out");
        await(1, "the saga at its last step", hold::isReached);

        site.node(1).kill();
        hold.open();
        Instant over = Instant.now().plusSeconds(2L * SHORT_SECONDS);
        // Under load the coordinator may list as active what it is cancelling
        Awaitility.await("the end of its time")
                .atMost(PATIENCE)
                .until(() -> lras().contains("\"Cancelling\"") || Instant.now().isAfter(over));
        // What it knows of participants that move it knows after its restart as well. Where the kill has it lose the
        // saga, the time of the execution is over all the same
        site.coordinator().kill();
        site.coordinator().start();
        site.node(0).start();

        await(0, "the end of the saga", () -> isEnded("timed-out"));
        RecordedExecution execution = site.executions().get("timed-out");
        assertThat(execution.status()).as(execution.toString()).isEqualTo("TIMED_OUT");
        assertThat(site.gate().effects("timed-out"))
                .containsExactly(ReserveDomain, ChargeCard, ConfirmDomain, RefundCharge, ReleaseDomain);
        awaitNoSagaLeft();
    }

    /** A container that is killed between its call to the coordinator and its first write leaves nobody who goes on. */
    @Test
    @Order(3)
    void shouldBeRidOfASagaWithoutAnExecutionWhenAContainerTakesTheAddress() throws Exception {
        LraCalls calls = site.lraCalls();
        String lra =
                calls.start(site.coordinator().url(), Duration.ofSeconds(1)).body();
        assertThat(calls.join(lra, site.participant(1) + "/lra-participant", "never-journaled")
                        .statusCode())
                .isEqualTo(200);
        await(0, "the end of its time", () -> lras().contains("\"Cancelling\""));

        site.node(0).setting("org.linkmoderation.coordinator", "participant.url", site.participant(1));

        awaitNoSagaLeft();
    }

    private static void request(String name) {
        site.cards().issue(DomainsSite.card(name), FUNDS);
        site.request(name);
    }

    private static boolean isEnded(String name) {
        RecordedExecution execution = site.executions().get(name);
        return execution != null && execution.isEnded();
    }

    /** All sagas that the coordinator has, as it lists them. */
    private static String lras() {
        try {
            return site.lraCalls().get(site.coordinator().url()).body();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void awaitNoSagaLeft() {
        Awaitility.await("a coordinator without sagas").atMost(PATIENCE).until(() -> lras().equals("[]"));
    }

    private static void await(int node, String what, Callable<Boolean> condition) {
        site.node(node).await(what, PATIENCE, condition);
    }
}
