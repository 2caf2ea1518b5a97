package org.linkmoderation.api;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The tokens that tasks were handed out with. */
final class LastToken {
    private static final BlockingQueue<String> TOKENS = new LinkedBlockingQueue<>();

    private LastToken() {}

    static void set(String token) {
        TOKENS.add(token);
    }

    /** The next token; one that does not come fails the test. */
    static String take() throws InterruptedException {
        String token = TOKENS.poll(10, TimeUnit.SECONDS);
        if (token == null) {
            throw new AssertionError("No task was handed out");
        }
        return token;
    }
}
