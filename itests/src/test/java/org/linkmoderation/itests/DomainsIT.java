package org.linkmoderation.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sale of domains in the distribution as it is, with its local services: DynamoDB, the card functions, the broker
 * and the coordinator.
 */
class DomainsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED");
    /** As the cards of etc/org.linkmoderation.local.lambda.cfg are told apart: it is no secret there. */
    private static final String CARD = "tok_0815081508150815";

    private static ModerationNode node;

    @BeforeAll
    static void start() {
        node = new ModerationNode("domains");
        int coordinator = Ports.free();
        String cards = CARD + ":100000000:EUR sample-card-empty:0:EUR";
        node.karaf()
                .setting(
                        "org.linkmoderation.aws",
                        "lambda.endpoint",
                        "http://127.0.0.1:" + node.ports().get("lambda"))
                .setting(
                        "org.linkmoderation.coordinator", "url", "http://127.0.0.1:" + coordinator + "/lra-coordinator")
                .setting("org.linkmoderation.coordinator", "secret", UUID.randomUUID())
                .setting("org.linkmoderation.coordinator", "participant.url", "http://127.0.0.1:" + Ports.free())
                .setting("org.linkmoderation.local.coordinator", "listen.url", "http://127.0.0.1:" + coordinator)
                .setting("org.linkmoderation.domains", "inbox.min.age.seconds", 1)
                .setting("org.linkmoderation.local.lambda", "environment.ChargeCard.CARD_LEDGER_SAMPLE_CARDS", cards)
                .setting("org.linkmoderation.local.lambda", "environment.RefundCharge.CARD_LEDGER_SAMPLE_CARDS", cards);
        node.karaf().start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String input(String domain, String card) {
        return "{\"domain\":\"" + domain + "\",\"owner\":\"ann\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\""
                + card + "\"}";
    }

    private static JsonNode awaitEnd(String name) {
        AtomicReference<JsonNode> found = new AtomicReference<>();
        node.karaf().await("the end of sale " + name, PATIENCE, () -> {
            ShellResult result = node.karaf().shell("moderation:export --state-machine domains " + name);
            if (result.succeeded()) {
                found.set(result.json());
            }
            return found.get() != null
                    && ENDS.contains(found.get().path("status").asText());
        });
        return found.get();
    }

    private static String trail(String name) {
        List<String> states = new ArrayList<>();
        node.karaf()
                .shellOk("moderation:history --json --state-machine domains " + name)
                .json()
                .path("trail")
                .forEach(state -> states.add(state.asText()));
        return String.join(" ", states);
    }

    @Test
    void shouldNameEveryNodeOfTheDiagrams() {
        assertThat(node.karaf().routeNodes("domains"))
                .contains("ReserveDomain", "domains.forward.begin", "domains.backward", "RefundCharge", "FailSaga")
                .noneMatch(KarafNode.GENERATED_NAME.asMatchPredicate());
    }

    @Test
    void shouldSellADomainOnceAndGiveNobodyTheCard() throws Exception {
        List<String> notices = new CopyOnWriteArrayList<>();
        try (AutoCloseable subscription =
                node.messages().subscribe("domain.notices", notice -> notices.add(ofText(notice)))) {
            assertThat(subscription).isNotNull();
            node.karaf()
                    .shellOk("moderation:start --state-machine domains --name sold '" + input("sold.example", CARD)
                            + "'");
            JsonNode sold = awaitEnd("sold");
            node.messages().send("domain.requests", input("SOLD.example", CARD), Map.of("ExecutionName", "sold-twice"));
            JsonNode again = awaitEnd("sold-twice");
            node.karaf().await("two notices", PATIENCE, () -> notices.size() == 2);

            assertThat(sold.path("status").asText()).isEqualTo("SUCCEEDED");
            assertThat(trail("sold")).isEqualTo("ReserveDomain ChargeCard ConfirmDomain");
            assertThat(sold.path("output").path("chargeId").asText()).isNotEmpty();
            assertThat(sold.path("input").path("card").asText()).isEqualTo("…0815");
            assertThat(again.path("error").asText()).isEqualTo("DomainTaken");
            assertThat(trail("sold-twice")).isEqualTo("ReserveDomain FailSaga");
            assertThat(sold + "" + again + notices + node.karaf().log()).doesNotContain(CARD);
        }
    }

    private static String ofText(jakarta.jms.Message notice) {
        try {
            return notice.getBody(String.class);
        } catch (jakarta.jms.JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldReleaseTheDomainWhenTheCardHasNoMoney() throws Exception {
        Path inbox = node.karaf().base().resolve("data/domains/inbox");
        Path written = node.karaf().base().resolve("data/tmp/unpaid.json");
        Files.write(written, input("unpaid.example", "sample-card-empty").getBytes(StandardCharsets.UTF_8));
        Files.move(written, inbox.resolve("unpaid.json"));

        JsonNode unpaid = awaitEnd("unpaid");
        assertThat(unpaid.path("status").asText()).isEqualTo("FAILED");
        assertThat(unpaid.path("error").asText()).endsWith(".InsufficientFunds");
        assertThat(trail("unpaid")).isEqualTo("ReserveDomain ChargeCard ReleaseDomain FailSaga");

        node.karaf()
                .shellOk(
                        "moderation:start --state-machine domains --name paid '" + input("unpaid.example", CARD) + "'");
        assertThat(awaitEnd("paid").path("status").asText())
                .as("the domain is free")
                .isEqualTo("SUCCEEDED");
        assertThat(node.karaf()
                        .shell("moderation:redrive --state-machine domains unpaid")
                        .output())
                .contains("'domains' is a saga, whose executions are undone when they fail; start another");
    }

    private static Stream<Arguments> bad() {
        String sale = input("a.example", CARD);
        return Stream.of(
                Arguments.of(
                        "STANDARD",
                        sale.replace("a.example", "nodots"),
                        "'domain' is 'nodots'; expected the name of a domain"),
                Arguments.of("STANDARD", sale.replace("1200", "1.5"), "'amount' is 1.5; expected a whole number"),
                Arguments.of("STANDARD", sale.replace("}", ""), "not JSON, line 1 column "),
                Arguments.of("EXPRESS", sale, "ExecutionType is 'EXPRESS'; expected STANDARD"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void shouldRefuseWhatIsNoSaleAndHideTheCard(String type, String input, String reason) {
        String name = "bad-" + UUID.randomUUID();
        node.messages().send("domain.requests", input, Map.of("ExecutionName", name, "ExecutionType", type));

        AtomicReference<JsonNode> letter = new AtomicReference<>();
        node.karaf().await("the dead letter of " + name, PATIENCE, () -> {
            for (JsonNode found : node.karaf()
                    .shellOk("moderation:dead-letters --state-machine domains --json")
                    .json()
                    .path("deadLetters")) {
                if (found.path("executionName").asText().equals(name)) {
                    letter.set(found);
                }
            }
            return letter.get() != null;
        });
        assertThat(letter.get().path("reason").asText()).startsWith(reason);
        assertThat(letter.get().path("text").asText())
                .contains("\"card\":\"…\"")
                .doesNotContain(CARD);
    }
}
