package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.itests.domains.SagaGate.Act.ChargeCard;
import static org.linkmoderation.itests.domains.SagaGate.Act.ConfirmDomain;
import static org.linkmoderation.itests.domains.SagaGate.Act.RefundCharge;
import static org.linkmoderation.itests.domains.SagaGate.Act.ReleaseDomain;
import static org.linkmoderation.itests.domains.SagaGate.Act.ReserveDomain;
import static org.linkmoderation.itests.domains.SagaGate.answerLost;
import static org.linkmoderation.itests.domains.SagaGate.passes;
import static org.linkmoderation.itests.domains.SagaGate.refused;
import static org.linkmoderation.itests.domains.SagaGate.requestLost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.crash.RecordedExecution;
import org.linkmoderation.itests.domains.SagaGate.Act;
import org.linkmoderation.itests.domains.SagaGate.Hold;
import org.linkmoderation.itests.domains.SagaGate.Treatment;

/**
 * Each failure that a saga can meet, at a chosen moment, against a real container and a real coordinator: what becomes
 * of the execution, of the domain and of the money, and what was done and undone, each once and in which order. The
 * table of it all is in {@code target/domains.txt}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SagaFailuresIT {

    private static final Path TABLE = KarafNode.MODULE.resolve("target/domains.txt");
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** What a sale may take where it is not to run out of time, and where it is. */
    private static final int LONG_SECONDS = 300;

    private static final int SHORT_SECONDS = 15;

    /** How many sagas a thread of which is looked for. */
    private static final int SALES = 200;

    /** More than there are consumers. */
    private static final int IN_DOUBT = 64;

    /** Enough for each card of a test. */
    private static final long FUNDS = 10_000;

    private static final String THROTTLED = "DynamoDB.ProvisionedThroughputExceededException";
    private static final List<Act> SOLD = List.of(ReserveDomain, ChargeCard, ConfirmDomain);
    private static final List<Act> UNDONE = List.of(ReserveDomain, ChargeCard, RefundCharge, ReleaseDomain);
    private static final List<Act> RELEASED = List.of(ReserveDomain, ReleaseDomain);
    private static final List<Act> NOTHING = List.of();
    private static final String SOMEBODY_ELSE = "confirmed by " + Domains.SOMEBODY_ELSE;

    private static DomainsSite site;

    /**
     * What is expected of one execution.
     *
     * @param name its name
     * @param failure what goes wrong
     * @param status its final status
     * @param error its final error; empty if it succeeds
     * @param trail the states it goes through, {@code FailSaga} left out
     * @param effects what changes anything, in order: each act once
     * @param domain the state of its domain in the end
     * @param paid what its card has paid in the end
     */
    private record Row(
            String name,
            String failure,
            String status,
            String error,
            List<Act> trail,
            List<Act> effects,
            String domain,
            long paid) {

        static Row sold(String name, String failure) {
            String domain = "confirmed by " + DomainsSite.owner(name);
            return new Row(name, failure, "SUCCEEDED", "", SOLD, SOLD, domain, DomainsSite.PRICE);
        }

        /** The saga fails in a state, and is undone; the state itself too, since not all its attempts were answered. */
        static Row failed(String name, String failure, String error, Act state, List<Act> effects) {
            return undone(name, failure, error, state, SOLD.indexOf(state), effects);
        }

        /** The saga fails in a state by a definite refusal, and is undone but for the state itself. */
        static Row refused(String name, String failure, String error, Act state, List<Act> effects) {
            return undone(name, failure, error, state, SOLD.indexOf(state) - 1, effects);
        }

        private static Row undone(
                String name, String failure, String error, Act state, int lastUndone, List<Act> effects) {
            List<Act> trail = new ArrayList<>(SOLD.subList(0, SOLD.indexOf(state) + 1));
            if (lastUndone >= SOLD.indexOf(ChargeCard)) {
                trail.add(RefundCharge);
            }
            if (lastUndone >= SOLD.indexOf(ReserveDomain)) {
                trail.add(ReleaseDomain);
            }
            return new Row(name, failure, "FAILED", error, trail, effects, "free", 0);
        }

        Row status(String other) {
            return new Row(name, failure, other, error, trail, effects, domain, paid);
        }

        Row domain(String other) {
            return new Row(name, failure, status, error, trail, effects, other, paid);
        }

        Row paid(long other) {
            return new Row(name, failure, status, error, trail, effects, domain, other);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        site = new DomainsSite("domains", LONG_SECONDS).start();
        Files.writeString(
                TABLE,
                String.format("%-64s %-10s %-46s %s%n", "failure", "status", "domain; paid", "effects, in order"));
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    @Order(1)
    void shouldEndEveryFailureOfAStepOrAnUndoAsTheTableSays() throws IOException {
        List<Row> rows = new ArrayList<>();
        rows.add(Row.sold("sold", "none"));

        site.domains().take("taken");
        rows.add(Row.refused("taken", "ReserveDomain: domain taken", "DomainTaken", ReserveDomain, NOTHING)
                .domain(SOMEBODY_ELSE));
        treat("reserve-throttled", ReserveDomain, refused());
        rows.add(Row.refused(
                "reserve-throttled", "ReserveDomain: throttled until exhausted", THROTTLED, ReserveDomain, NOTHING));
        treat("reserve-throttled-once", ReserveDomain, refused(), passes());
        rows.add(Row.sold("reserve-throttled-once", "ReserveDomain: throttled once"));
        treat("reserve-no-answer", ReserveDomain, answerLost(), passes());
        rows.add(Row.sold("reserve-no-answer", "ReserveDomain: no answer once, effect done"));
        treat("reserve-no-effect", ReserveDomain, requestLost(), passes());
        rows.add(Row.sold("reserve-no-effect", "ReserveDomain: no answer once, effect not done"));

        rows.add(Row.refused(
                "no-money",
                "ChargeCard: no money on the card",
                "org.linkmoderation.functions.cards.InsufficientFunds",
                ChargeCard,
                RELEASED));
        treat("charge-throttled", ChargeCard, refused());
        rows.add(Row.refused(
                "charge-throttled",
                "ChargeCard: throttled until exhausted",
                "Lambda.TooManyRequestsException",
                ChargeCard,
                RELEASED));
        treat("charge-throttled-once", ChargeCard, refused(), passes());
        rows.add(Row.sold("charge-throttled-once", "ChargeCard: throttled once"));
        treat("charge-timeout", ChargeCard, answerLost());
        rows.add(Row.failed(
                "charge-timeout", "ChargeCard: timeouts, effect done", "States.Timeout", ChargeCard, UNDONE));
        treat("charge-timeout-once", ChargeCard, answerLost(), passes());
        rows.add(Row.sold("charge-timeout-once", "ChargeCard: timeout once, effect done"));
        treat("charge-no-effect", ChargeCard, requestLost());
        rows.add(Row.failed(
                "charge-no-effect", "ChargeCard: timeouts, effect not done", "States.Timeout", ChargeCard, RELEASED));
        Hold late = new Hold();
        treat("charge-late", ChargeCard, late.before(), requestLost());
        treat("charge-late", RefundCharge, passes());
        rows.add(Row.failed(
                "charge-late",
                "ChargeCard: timeouts, arrives behind its undo",
                "States.Timeout",
                ChargeCard,
                RELEASED));

        treat(
                "confirm-stolen",
                ConfirmDomain,
                passes().after(() -> site.domains().take("confirm-stolen")));
        rows.add(Row.failed(
                        "confirm-stolen",
                        "ConfirmDomain: no longer reserved",
                        "DynamoDB.ConditionalCheckFailedException",
                        ConfirmDomain,
                        List.of(ReserveDomain, ChargeCard, RefundCharge))
                .domain(SOMEBODY_ELSE));
        treat("confirm-throttled", ConfirmDomain, refused());
        rows.add(Row.failed(
                "confirm-throttled", "ConfirmDomain: throttled until exhausted", THROTTLED, ConfirmDomain, UNDONE));
        treat("confirm-no-answer", ConfirmDomain, answerLost(), passes());
        rows.add(Row.sold("confirm-no-answer", "ConfirmDomain: no answer once, effect done"));
        treat("confirm-no-effect", ConfirmDomain, requestLost(), passes());
        rows.add(Row.sold("confirm-no-effect", "ConfirmDomain: no answer once, effect not done"));

        for (Act undo : List.of(RefundCharge, ReleaseDomain)) {
            for (int times : List.of(1, 10)) {
                String name = lower(undo) + "-" + times;
                treat(name, ConfirmDomain, refused());
                treat(name, undo, times(times, refused()));
                rows.add(Row.failed(name, undo + ": fails " + times + " times", THROTTLED, ConfirmDomain, UNDONE));
            }
            String name = lower(undo) + "-no-answer";
            treat(name, ConfirmDomain, refused());
            treat(name, undo, answerLost(), passes());
            rows.add(Row.failed(name, undo + ": no answer once, effect done", THROTTLED, ConfirmDomain, UNDONE));
        }

        run(rows);
        late.open();
        await("the late charge", late::isDone);
        check(rows);
    }

    @Test
    @Order(2)
    void shouldUndoWhatAnOperatorStopsAndLeaveOutWhatHeAnswersFor() throws IOException {
        Hold charged = new Hold();
        treat("stopped", ChargeCard, charged.behind());
        Row stopped = Row.failed("stopped", "moderation:stop in ChargeCard", "Operator.Stop", ChargeCard, UNDONE)
                .status("ABORTED");
        treat("resolved", ConfirmDomain, refused());
        treat("resolved", RefundCharge, refused());
        Row resolved = Row.failed(
                        "resolved",
                        "RefundCharge: fails until moderation:resolve",
                        THROTTLED,
                        ConfirmDomain,
                        List.of(ReserveDomain, ChargeCard, ReleaseDomain))
                .paid(DomainsSite.PRICE);
        List<Row> rows = List.of(stopped, resolved);
        rows.forEach(SagaFailuresIT::request);

        await("the charge that is held", charged::isReached);
        assertThat(site.node()
                        .shellOk(
                                "moderation:stop --state-machine domains stopped --error Operator.Stop --cause \"a test\"")
                        .output())
                .contains("stopped is being undone");
        charged.open();

        await(
                "the execution in doubt in the list",
                () -> site.node()
                        .shellOk("moderation:list --state-machine domains --status IN_DOUBT")
                        .output()
                        .contains("resolved"));
        assertThat(site.node().log())
                .contains("resolved is in doubt: RefundCharge has failed once, last with"
                        + " Lambda.TooManyRequestsException; it is tried again");
        assertThat(site.node()
                        .shell(
                                "moderation:resolve --state-machine domains --state RefundCharge --reason \" \" resolved")
                        .succeeded())
                .as("resolved without a reason")
                .isFalse();
        site.node()
                .shellOk(
                        "moderation:resolve --state-machine domains resolved --state RefundCharge --reason \"by transfer\"");

        awaitEnds(rows);
        check(rows);
        assertThat(site.executions().get("resolved").events())
                .filteredOn(event -> event.type().equals("UndoResolved"))
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsValue("by transfer"));
    }

    @Test
    @Order(3)
    void shouldGoOnWhenTheCoordinatorIsKilledAtAnyPoint() throws IOException {
        List<Hold> holds = new ArrayList<>();
        List<Row> rows = holdAtEveryPoint("coordinator", holds);
        Row beforeStart = Row.sold("coordinator-before-start", "coordinator killed before start");

        int logged = site.node().log().length();
        site.coordinator().kill();
        request(beforeStart);
        holds.forEach(Hold::open);
        await(
                "the sentence about the request that waits for the coordinator",
                () -> site.node()
                        .log()
                        .substring(logged)
                        .lines()
                        .anyMatch(line -> line.contains(beforeStart.name() + " waits until ")));
        site.coordinator().start();

        rows.add(beforeStart);
        awaitEnds(rows);
        check(rows);
    }

    @Test
    @Order(4)
    void shouldGoOnWhenTheContainerIsKilledAtAnyPoint() throws IOException {
        List<Hold> holds = new ArrayList<>();
        List<Row> rows = holdAtEveryPoint("container", holds);
        Row beforeStart = Row.sold("container-before-start", "container killed before start");

        site.node().kill();
        request(beforeStart);
        holds.forEach(Hold::open);
        site.node().start();

        rows.add(beforeStart);
        awaitEnds(rows);
        check(rows);
    }

    @Test
    @Order(5)
    void shouldUndoWhatTakesLongerThanItMay() throws IOException {
        int logged = site.node().log().length();
        site.node().setting("org.linkmoderation.domains", "timeout.seconds", SHORT_SECONDS);
        await(
                "routes with the new setting",
                () -> site.node().log().substring(logged).contains("State machine domains takes requests"));
        List<Row> rows = new ArrayList<>();
        treat("saga-timeout-reserve", ReserveDomain, answerLost());
        rows.add(Row.failed(
                        "saga-timeout-reserve",
                        "saga timeout in ReserveDomain",
                        "States.Timeout",
                        ReserveDomain,
                        RELEASED)
                .status("TIMED_OUT"));
        treat("saga-timeout-confirm", ConfirmDomain, answerLost());
        rows.add(Row.failed(
                        "saga-timeout-confirm",
                        "saga timeout in ConfirmDomain",
                        "States.Timeout",
                        ConfirmDomain,
                        List.of(ReserveDomain, ChargeCard, ConfirmDomain, RefundCharge, ReleaseDomain))
                .status("TIMED_OUT"));

        run(rows);
        check(rows);
    }

    @Test
    @Order(6)
    void shouldMakeNoThreadsForSagas() {
        sell("warm-up-", 40);
        long before = startedThreads();

        sell("thread-", SALES);

        assertThat(startedThreads() - before)
                .as("threads started during %d sagas", SALES)
                .isLessThan(SALES / 4);
    }

    @Test
    @Order(7)
    void shouldSellWhileMoreSagasAreInDoubtThanThereAreConsumers() {
        List<String> names =
                IntStream.range(0, IN_DOUBT).mapToObj(i -> "in-doubt-" + i).toList();
        names.forEach(name -> {
            treat(name, ConfirmDomain, refused());
            treat(name, RefundCharge, refused());
            request(Row.sold(name, "none"));
        });
        await("all of them in doubt", () -> statuses(names).equals(Set.of("IN_DOUBT")));

        sell("beside-", 40);

        assertThat(statuses(names)).containsExactly("IN_DOUBT");
    }

    private static Set<String> statuses(List<String> names) {
        Map<String, RecordedExecution> executions = site.executions();
        return names.stream()
                .map(name -> executions.containsKey(name) ? executions.get(name).status() : "none")
                .collect(Collectors.toSet());
    }

    private static void sell(String prefix, int count) {
        List<Row> rows = IntStream.range(0, count)
                .mapToObj(i -> Row.sold(prefix + i, "none"))
                .toList();
        run(rows);
        assertThat(site.executions())
                .extractingByKeys(rows.stream().map(Row::name).toArray(String[]::new))
                .extracting(RecordedExecution::status)
                .containsOnly("SUCCEEDED");
    }

    private static long startedThreads() {
        return ((Number) site.node().mbeanAttribute("java.lang:type=Threading", "TotalStartedThreadCount")).longValue();
    }

    /** Executions that are held before and behind each act and each undo, one at each point. */
    private static List<Row> holdAtEveryPoint(String killed, List<Hold> holds) {
        List<Row> rows = new ArrayList<>();
        for (Act act : Act.values()) {
            for (boolean behind : new boolean[] {false, true}) {
                String name = killed + (behind ? "-behind-" : "-before-") + lower(act);
                String failure = killed + " killed " + (behind ? "behind " : "before ") + act;
                Hold hold = new Hold();
                holds.add(hold);
                treat(name, act, behind ? hold.behind() : hold.before(), passes());
                if (SOLD.contains(act)) {
                    rows.add(Row.sold(name, failure));
                } else {
                    treat(name, ConfirmDomain, refused());
                    rows.add(Row.failed(name, failure, THROTTLED, ConfirmDomain, UNDONE));
                }
            }
        }
        rows.forEach(SagaFailuresIT::request);
        await("an execution at every point", () -> holds.stream().allMatch(Hold::isReached));
        return rows;
    }

    private static String lower(Act act) {
        return act.name().toLowerCase(Locale.ROOT);
    }

    private static Treatment[] times(int times, Treatment treatment) {
        return Stream.concat(Stream.generate(() -> treatment).limit(times), Stream.of(passes()))
                .toArray(Treatment[]::new);
    }

    private static void treat(String name, Act act, Treatment... treatments) {
        site.gate().treat(name, act, treatments);
    }

    /** Issues the cards, sends the requests, and waits for the ends. */
    private static void run(List<Row> rows) {
        rows.forEach(SagaFailuresIT::request);
        awaitEnds(rows);
    }

    private static void request(Row row) {
        site.cards().issue(DomainsSite.card(row.name()), row.name().equals("no-money") ? 0 : FUNDS);
        site.request(row.name());
    }

    private static void awaitEnds(List<Row> rows) {
        await("the ends of all executions", () -> {
            Map<String, RecordedExecution> executions = site.executions();
            return rows.stream()
                    .allMatch(row -> executions.containsKey(row.name())
                            && executions.get(row.name()).isEnded());
        });
    }

    private static void check(List<Row> rows) throws IOException {
        Map<String, RecordedExecution> executions = site.executions();
        StringBuilder table = new StringBuilder();
        SoftAssertions softly = new SoftAssertions();
        for (Row row : rows) {
            RecordedExecution execution = executions.get(row.name());
            List<String> trail = execution.trail().stream()
                    .filter(state -> !state.equals("FailSaga"))
                    .toList();
            List<Act> effects = site.gate().effects(row.name());
            String domain = site.domains().state(row.name());
            long paid =
                    (row.name().equals("no-money") ? 0 : FUNDS) - site.cards().balance(DomainsSite.card(row.name()));
            softly.assertThat(execution.status())
                    .as("%s: status of %s", row.name(), execution)
                    .isEqualTo(row.status());
            softly.assertThat(error(execution)).as("%s: error", row.name()).isEqualTo(row.error());
            softly.assertThat(trail)
                    .as("%s: trail of %s", row.name(), execution)
                    .isEqualTo(row.trail().stream().map(Act::name).toList());
            softly.assertThat(effects).as("%s: effects", row.name()).isEqualTo(row.effects());
            softly.assertThat(domain).as("%s: domain", row.name()).isEqualTo(row.domain());
            softly.assertThat(paid).as("%s: paid", row.name()).isEqualTo(row.paid());
            table.append(String.format(
                    "%-64s %-10s %-46s %s%n",
                    row.failure(),
                    execution.status(),
                    domain + "; " + paid,
                    effects.stream().map(Act::name).collect(Collectors.joining(" "))));
        }
        Files.writeString(TABLE, Files.readString(TABLE) + table);
        softly.assertThat(site.messages().count(DomainsSite.DEAD_LETTERS))
                .as("dead letters")
                .isZero();
        String log = site.node().log();
        for (Row row : rows) {
            String card = DomainsSite.card(row.name());
            softly.assertThat(log).as("the log").doesNotContain(card);
            softly.assertThat(executions.get(row.name()).toString())
                    .as("the journal")
                    .doesNotContain(card);
        }
        softly.assertAll();
    }

    private static String error(RecordedExecution execution) {
        return execution.events().get(execution.events().size() - 1).details().getOrDefault("error", "");
    }

    private static void await(String what, Callable<Boolean> condition) {
        site.node().await(what, PATIENCE, condition);
    }
}
