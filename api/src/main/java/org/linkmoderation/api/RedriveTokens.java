package org.linkmoderation.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.linkmoderation.ExecutionId;

/** The client tokens of redrives: a request that is repeated within 15 minutes redrives once. */
final class RedriveTokens {
    private static final Duration VALIDITY = Duration.ofMinutes(15);
    private static final int MOST_OF_AN_EXECUTION = 10;

    private record Redrive(String token, Instant date) {}

    private final Clock clock;
    private final Map<ExecutionId, Deque<Redrive>> redrives = new HashMap<>();

    RedriveTokens(Clock clock) {
        this.clock = clock;
    }

    /**
     * Redrives an execution, unless a request with this token has.
     *
     * @param token the client token, if the request has one
     * @param redrive redrives, and says when
     * @return when it was redriven
     */
    synchronized Instant once(ExecutionId id, Optional<String> token, Supplier<Instant> redrive) {
        Instant oldest = clock.instant().minus(VALIDITY);
        redrives.values().forEach(known -> known.removeIf(one -> one.date().isBefore(oldest)));
        redrives.values().removeIf(Deque::isEmpty);
        Optional<Instant> done = token.flatMap(text -> redrives.getOrDefault(id, new ArrayDeque<>()).stream()
                .filter(one -> one.token().equals(text))
                .map(Redrive::date)
                .findFirst());
        if (done.isPresent()) {
            return done.get();
        }
        Instant date = redrive.get();
        if (token.isPresent()) {
            Deque<Redrive> known = redrives.computeIfAbsent(id, key -> new ArrayDeque<>());
            known.addLast(new Redrive(token.get(), date));
            if (known.size() > MOST_OF_AN_EXECUTION) {
                known.removeFirst();
            }
        }
        return date;
    }
}
