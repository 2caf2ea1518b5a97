package org.linkmoderation.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.linkmoderation.component.TokenBucket;

/**
 * Limits requests by a token bucket per action, sized as the service's.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html">Quotas</a>
 */
final class Throttle {
    /** Bucket size and refill a second. */
    private record Rate(int size, int perSecond) {}

    private static final Rate OTHERS = new Rate(500, 100);

    private static final Map<String, Rate> RATES = Map.of(
            "StartExecution", new Rate(1_300, 300),
            "DescribeExecution", new Rate(300, 15),
            "GetExecutionHistory", new Rate(400, 20),
            "ListExecutions", new Rate(200, 5),
            "StopExecution", new Rate(1_000, 200),
            "DescribeStateMachine", new Rate(200, 20),
            "DescribeStateMachineForExecution", new Rate(200, 1),
            "ListStateMachines", new Rate(100, 5),
            "ListTagsForResource", new Rate(100, 1));

    private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();

    /**
     * Counts a request.
     *
     * @param action an action of the API
     * @throws ApiException if there were too many
     */
    void count(String action) {
        Rate rate = RATES.getOrDefault(action, OTHERS);
        if (!buckets.computeIfAbsent(action, name -> new TokenBucket(rate.size(), rate.perSecond(), System::nanoTime))
                .take()) {
            throw ApiException.of("ThrottlingException", "Rate exceeded");
        }
    }
}
