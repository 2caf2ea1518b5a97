package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    @Test
    void shouldLetSoManyThroughAtOnceAndThenAsManyASecond() {
        AtomicLong time = new AtomicLong();
        TokenBucket bucket = new TokenBucket(2, 10, time::get);

        assertThat(bucket.take()).isTrue();
        assertThat(bucket.take()).isTrue();
        assertThat(bucket.take()).isFalse();
        time.addAndGet(99_999_999);
        assertThat(bucket.take()).isFalse();
        time.addAndGet(2);
        assertThat(bucket.take()).isTrue();
        assertThat(bucket.take()).isFalse();
        time.addAndGet(10_000_000_000L);
        assertThat(bucket.take()).isTrue();
        assertThat(bucket.take()).isTrue();
        assertThat(bucket.take()).isFalse();
    }
}
