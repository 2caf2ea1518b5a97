package org.linkmoderation.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.domains.DomainsUnderTest.DOMAIN;
import static org.linkmoderation.domains.DomainsUnderTest.request;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.domains.InMemoryCards.Fault;
import org.linkmoderation.domains.lra.LraStatus;

@Timeout(60)
class DomainsStateMachineTest {
    private static DomainsUnderTest sale;

    @BeforeAll
    static void start() throws Exception {
        sale = new DomainsUnderTest();
    }

    @AfterAll
    static void stop() {
        sale.close();
    }

    @BeforeEach
    void reset() {
        sale.reset();
    }

    @Test
    void shouldSellADomain() throws Exception {
        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(execution.trail()).containsExactly("ReserveDomain", "ChargeCard", "ConfirmDomain");
        assertThat(sale.domains.get(DOMAIN, "status")).isEqualTo("confirmed");
        assertThat(sale.domains.get(DOMAIN, "owner")).isEqualTo("ann");
        assertThat(sale.cards.balance()).isEqualTo(1200);
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CLOSED);
    }

    @Test
    void shouldReleaseTheDomainWhenTheChargeFails() throws Exception {
        sale.cards.fail("ChargeCard", Fault.DECLINED);

        sale.deliver(request("e1"));

        Execution execution = sale.execution("e1");
        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.error()).contains("InsufficientFunds");
        assertThat(execution.trail())
                .containsExactly("ReserveDomain", "ChargeCard", "RefundCharge", "ReleaseDomain", "FailSaga");
        assertThat(sale.domains.get(DOMAIN, "status")).isNull();
        assertThat(sale.domains.get(DOMAIN, "owner")).isNull();
        assertThat(sale.cards.effects()).isEqualTo(List.of());
        assertThat(sale.coordinator.last()).isEqualTo(LraStatus.CANCELLED);
    }
}
