package org.linkmoderation.domains;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.linkmoderation.Settings;

/**
 * The settings of the saga and of its triggers.
 *
 * @param table the name of the table of domains
 * @param chargeFunction the name or ARN of the function that ChargeCard invokes
 * @param refundFunction the name or ARN of the function that RefundCharge invokes
 * @param executionTimeout the state machine's TimeoutSeconds, after which a saga is undone
 * @param functionTimeout TimeoutSeconds of ChargeCard and RefundCharge
 * @param retryInterval IntervalSeconds of each Retry
 * @param retryMaxAttempts MaxAttempts of each Retry
 * @param retryBackoffRate BackoffRate of each Retry
 * @param undoRetry when an undo that has failed is tried again
 * @param queue the queue of requests
 * @param consumers how many sagas this container works on at once
 * @param notices the topic of notices
 * @param inbox the drop folder
 * @param inboxMinAge how long a file must be unchanged before it is read
 */
record DomainsSettings(
        String table,
        String chargeFunction,
        String refundFunction,
        Duration executionTimeout,
        Duration functionTimeout,
        Duration retryInterval,
        int retryMaxAttempts,
        double retryBackoffRate,
        UndoRetry undoRetry,
        String queue,
        int consumers,
        String notices,
        String inbox,
        Duration inboxMinAge) {
    static final String PID = "org.linkmoderation.domains";

    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");
    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z0-9:_$.-]{1,170}");
    private static final String FUNCTION_EXPECTED = "the name or ARN of a Lambda function";
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final String QUEUE_EXPECTED = "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'";
    private static final Pattern PATH = Pattern.compile("[^?#]+");

    /** How long nothing must have happened to a saga that is to be undone before its message counts as lost. */
    Duration patience() {
        return functionTimeout.multipliedBy(2).plus(undoRetry.longest()).plus(MARGIN);
    }

    static DomainsSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new DomainsSettings(
                settings.text(
                        "domains.table",
                        "custom-domains",
                        TABLE_NAME,
                        "3 to 255 characters of A-Z, a-z, 0-9, '_', '-', '.'"),
                settings.text("charge.function", "ChargeCard", FUNCTION, FUNCTION_EXPECTED),
                settings.text("refund.function", "RefundCharge", FUNCTION, FUNCTION_EXPECTED),
                settings.seconds("timeout.seconds", 300, 1, 31_536_000),
                settings.seconds("function.timeout.seconds", 30, 1, 900),
                settings.seconds("retry.interval.seconds", 1, 0, 3600),
                settings.integer("retry.max.attempts", 3, 0, 100),
                settings.number("retry.backoff.rate", 2, 1, 100),
                new UndoRetry(
                        settings.seconds("undo.retry.interval.seconds", 1, 1, 3600),
                        settings.seconds("undo.retry.max.seconds", 60, 1, 86_400)),
                settings.text("queue", "domain.requests", QUEUE, QUEUE_EXPECTED),
                settings.integer("consumers", 8, 1, 256),
                settings.text("notices.topic", "domain.notices", QUEUE, QUEUE_EXPECTED),
                settings.text("inbox", "data/domains/inbox", PATH, "a folder, without '?' and '#'"),
                settings.seconds("inbox.min.age.seconds", 2, 1, 3600));
    }
}
