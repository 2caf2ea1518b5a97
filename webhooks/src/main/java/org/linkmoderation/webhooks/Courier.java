package org.linkmoderation.webhooks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a notice to a receiver, and decides what becomes of it when the receiver does not take it. */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private final WebhookSettings settings;
    private final WebhookCalls calls;
    private final Sequence sequence;
    private final Clock clock;

    /** What becomes of a delivery. */
    sealed interface Outcome {
        /** Nothing more is to be done. */
        record Done() implements Outcome {}

        /** It is to be tried again when it is due. */
        record Later(Delivery delivery) implements Outcome {}

        /** It is given up, for a reason that is a sentence. */
        record GivenUp(Delivery delivery, String reason) implements Outcome {}
    }

    /**
     * @param settings when to try again, and when to give up
     * @param calls calls receivers
     * @param sequence keeps the notices of an execution in order
     * @param clock the clock
     */
    Courier(WebhookSettings settings, WebhookCalls calls, Sequence sequence, Clock clock) {
        this.settings = settings;
        this.calls = calls;
        this.sequence = sequence;
        this.clock = clock;
    }

    /** Tries once. */
    Outcome deliver(Receiver receiver, Delivery delivery) {
        Duration hold = sequence.hold(delivery.notice());
        if (delivery.isNew() && !hold.isZero()) {
            return new Outcome.Later(delivery.heldUntil(delivery.first().plus(hold)));
        }
        List<Notice> due;
        try {
            due = sequence.due(delivery.notice());
        } catch (RuntimeException e) {
            return failed(receiver, delivery, delivery.taken(), Answer.failed("the journal does not answer"));
        }
        for (int taken = delivery.taken(); taken < due.size(); taken++) {
            Answer answer = calls.post(receiver, due.get(taken));
            if (answer.failure().isPresent()) {
                return failed(receiver, delivery, taken, answer);
            }
        }
        return new Outcome.Done();
    }

    private Outcome failed(Receiver receiver, Delivery delivery, int taken, Answer answer) {
        String failure = answer.failure().orElseThrow();
        Instant now = clock.instant();
        Instant last = delivery.first().plus(settings.giveUpAfter());
        if (answer.isFinal() || !now.isBefore(last)) {
            int attempts = delivery.attempts() + 1;
            String reason = "The webhook '" + receiver.name() + "' did not take it in " + attempts
                    + (attempts == 1 ? " attempt" : " attempts") + " since " + delivery.first() + ": " + failure;
            LOG.warn("{} is given up. {}", delivery.notice().execution(), reason);
            return new Outcome.GivenUp(delivery, reason);
        }
        Duration delay = settings.backOff().delay(delivery.attempts() + 1);
        Duration asked = answer.retryAfter();
        Instant next = now.plus(delay.compareTo(asked) < 0 ? asked : delay);
        Instant due = next.isBefore(last) ? next : last;
        LOG.info(
                "{} waits for the webhook '{}' until {}: {}",
                delivery.notice().execution(),
                receiver.name(),
                due,
                failure);
        return new Outcome.Later(delivery.failed(taken, due));
    }
}
