package org.linkmoderation.itests.domains;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.ModerationNode;

/** The card functions as they are shipped: in the container's Lambda endpoint, with their ledger in its DynamoDB. */
class CardFunctionsIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModerationNode node = ModerationNode.shared();
    private final String key = UUID.randomUUID().toString();

    @Test
    void shouldChargeTheSampleCardOnceAndGiveTheMoneyBack() throws Exception {
        long before = balance("sample-card");
        JsonNode charged = invoke("ChargeCard", charge("sample-card"), false);
        assertThat(charged.path("status").asText()).isEqualTo("CHARGED");
        assertThat(invoke("ChargeCard", charge("sample-card"), false)).isEqualTo(charged);
        assertThat(balance("sample-card")).isEqualTo(before - 1200);

        JsonNode refunded = invoke("RefundCharge", "{\"key\":\"" + key + "\"}", false);
        assertThat(refunded.path("status").asText()).isEqualTo("REFUNDED");
        assertThat(refunded.path("chargeId")).isEqualTo(charged.path("chargeId"));
        assertThat(balance("sample-card")).isEqualTo(before);
        assertThat(node.karaf().log()).as("the container's log").doesNotContain("sample-card");
    }

    @Test
    void shouldNameTheErrorOfACardWithoutMoney() throws Exception {
        JsonNode error = invoke("ChargeCard", charge("sample-card-empty"), true);
        assertThat(error.path("errorType").asText()).isEqualTo("org.linkmoderation.functions.cards.InsufficientFunds");
    }

    private String charge(String card) {
        return "{\"key\":\"" + key + "\",\"amount\":1200,\"currency\":\"EUR\",\"card\":\"" + card + "\"}";
    }

    private JsonNode invoke(String function, String request, boolean error) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + node.ports().get("lambda") + "/2015-03-31/functions/" + function
                                        + "/invocations"))
                                .POST(HttpRequest.BodyPublishers.ofString(request))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Amz-Function-Error").isPresent())
                .as(answer.body())
                .isEqualTo(error);
        return JSON.readTree(answer.body());
    }

    private long balance(String card) throws Exception {
        invoke(
                "RefundCharge",
                "{\"key\":\"never-" + key + "\"}",
                false); // creates the table where nobody has asked yet
        return new Cards(node.links().tables()).balance(card);
    }
}
