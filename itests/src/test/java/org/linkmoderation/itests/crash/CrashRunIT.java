package org.linkmoderation.itests.crash;

import org.junit.jupiter.api.Test;

/**
 * Kills containers, broker, DynamoDB and Lambda while requests come in, and finds every one of them done exactly once.
 * In the normal build a short run of six kills; the long one, about ten minutes, is
 *
 * <pre>./mvnw -q -pl itests -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=CrashRunIT \
 *     -Dfailsafe.failIfNoSpecifiedTests=false -Dcrash.kills=200 -Dcrash.seed=1</pre>
 *
 * <p>{@code crash.kills} is the number of kills, {@code crash.seed} decides which and when; each run prints its figures
 * and writes them to {@code target/crash-run.txt}. With {@code -Djournal=jdbc} the journal is in PostgreSQL, which is
 * killed as well.
 */
class CrashRunIT {

    @Test
    void shouldFinishEveryAcceptedExecutionOnceWhateverIsKilled() {
        int kills = Integer.getInteger("crash.kills", 6);
        long seed = Long.getLong("crash.seed", 3);
        try (Site site = Site.ofChosenJournal("crash", 2).start()) {
            new CrashRun(site, kills, seed).run();
        }
    }
}
