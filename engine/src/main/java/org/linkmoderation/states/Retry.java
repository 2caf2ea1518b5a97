package org.linkmoderation.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;
import org.linkmoderation.run.RunningExecution;

/**
 * The {@code Retry} field of a state as a redelivery policy: the delay before retry <i>n</i> is the interval times the
 * back-off rate to the power of <i>n</i>-1, whatever the delay before it was. Camel's own back-off multiplies the last
 * delay, and so would start anew in an execution that is resumed between two retries.
 *
 * @see <a href="https://states-language.net/spec.html#retrying-after-error">Amazon States Language, Retrying after
 *     error</a>
 */
public final class Retry extends RedeliveryPolicy {
    private static final long serialVersionUID = 1L;

    /** Of a state without a Retry. */
    public static final Retry NONE = new Retry(Duration.ZERO, 0, 1);

    private final long intervalMillis;
    private final double backoffRate;

    /**
     * @param interval IntervalSeconds, the delay before the first retry
     * @param maxAttempts MaxAttempts, how many retries at the most; 0 for none
     * @param backoffRate BackoffRate, at least 1
     */
    public Retry(Duration interval, int maxAttempts, double backoffRate) {
        this.intervalMillis = interval.toMillis();
        this.backoffRate = backoffRate;
        setMaximumRedeliveries(maxAttempts);
        // A run that waits ends with the container, and is resumed with the rest of the delay
        setAllowRedeliveryWhileStopping(false);
        // The journal and its log line tell of each failure
        setLogRetryAttempted(false);
        setLogStackTrace(false);
        setLogExhausted(false);
        setLogContinued(false);
    }

    /**
     * Reads the Retry of a state machine's settings: {@code retry.interval.seconds}, {@code retry.max.attempts} and
     * {@code retry.backoff.rate}, by default 1, 3 and 2.
     *
     * @throws InvalidSetting if one of them can't be used
     */
    public static Retry of(Settings settings) {
        return of(settings, "retry", 3);
    }

    /**
     * Reads a Retry of a state machine's settings.
     *
     * @param prefix what its keys start with
     * @param maxAttempts the default of MaxAttempts
     * @throws InvalidSetting if one of them can't be used
     */
    public static Retry of(Settings settings, String prefix, int maxAttempts) {
        return new Retry(
                settings.seconds(prefix + ".interval.seconds", 1, 0, 3600),
                settings.integer(prefix + ".max.attempts", maxAttempts, 0, 100),
                settings.number(prefix + ".backoff.rate", 2, 1, 100));
    }

    /**
     * Whether Camel is to try again, in this run. A delay of a second and more parks the execution instead.
     *
     * @throws org.linkmoderation.run.ParkedException if the execution is to be parked
     */
    @Override
    public boolean shouldRedeliver(Exchange exchange, int redeliveryCounter, Predicate retryWhile) {
        if (!super.shouldRedeliver(exchange, redeliveryCounter, retryWhile)) {
            return false;
        }
        Long rest = exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class);
        RunningExecution.of(exchange)
                .beforeRetry(Duration.ofMillis(rest == null ? calculateRedeliveryDelay(0, redeliveryCounter) : rest));
        return true;
    }

    /** Adds its fields to a Retrier in the Amazon States Language, which has no fractions of a second. */
    public void describe(ObjectNode retrier) {
        retrier.put(
                        "IntervalSeconds",
                        Math.max(1, Duration.ofMillis(intervalMillis).toSeconds()))
                .put("MaxAttempts", getMaximumRedeliveries())
                .put("BackoffRate", backoffRate);
    }

    @Override
    public long calculateRedeliveryDelay(long previousDelay, int redeliveryCounter) {
        return Math.round(intervalMillis * Math.pow(backoffRate, redeliveryCounter - 1.0));
    }
}
