package org.linkmoderation.itests.domains;

import org.junit.jupiter.api.Test;

/**
 * Sells domains while acts and undos fail at random and container, coordinator, broker and DynamoDB are killed: in the
 * end every sale is whole or undone. In the normal build a short run; the long one is
 *
 * <pre>./mvnw -q -pl itests -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SagaRunIT \
 *     -Dfailsafe.failIfNoSpecifiedTests=false -Dsagas.sales=1000 -Dsagas.kills=24 -Dsagas.seed=1</pre>
 *
 * <p>{@code sagas.sales} is the number of sales, {@code sagas.kills} that of kills, {@code sagas.seed} decides what
 * fails, what is killed and when; each run prints its figures and writes them to {@code target/saga-run.txt}.
 */
class SagaRunIT {

    private static final int LONG_SECONDS = 1_800;
    private static final int PAUSE_MILLIS = 150;

    @Test
    void shouldSellOrUndoEverySaleWhateverFailsOrIsKilled() {
        int sales = Integer.getInteger("sagas.sales", 100);
        int kills = Integer.getInteger("sagas.kills", 4);
        long seed = Long.getLong("sagas.seed", 1);
        try (DomainsSite site = new DomainsSite("saga-run", LONG_SECONDS).start()) {
            new SagaRun(site, sales, kills, seed, PAUSE_MILLIS).run();
        }
    }
}
