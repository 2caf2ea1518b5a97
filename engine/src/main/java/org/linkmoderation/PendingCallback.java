package org.linkmoderation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A task that waits for the holder of its token, as Step Functions' {@code .waitForTaskToken} does.
 *
 * @param tokenDigest the SHA-256 of the token in hexadecimal digits; the token itself is never stored
 * @param heartbeat HeartbeatSeconds: how long the holder may be silent; empty for any time
 * @param deadline the end of the task's TimeoutSeconds
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token">Wait
 *     for a callback with a task token</a>
 */
public record PendingCallback(String tokenDigest, Optional<Duration> heartbeat, Instant deadline) {
    /** Until when the holder must answer or show that it lives, counted from now. */
    public Instant until(Instant now) {
        return heartbeat.map(now::plus).filter(deadline::isAfter).orElse(deadline);
    }
}
