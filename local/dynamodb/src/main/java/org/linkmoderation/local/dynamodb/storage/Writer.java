package org.linkmoderation.local.dynamodb.storage;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that writes: it takes all work that waits and commits it together, so that many callers share the
 * cost of a commit. Work is answered when it is committed, a refusal too, since it may be due to work before it.
 */
final class Writer {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MOST_AT_ONCE = 512;
    private static final int STOP_SECONDS = 30;

    private final Session session;
    /** As long as there are connections, since each has one request at a time. */
    private final BlockingQueue<Task<?>> waiting = new LinkedBlockingQueue<>();

    private final Thread thread = new Thread(this::run, "dynamodb writer");
    private volatile boolean closed;

    private record Task<T>(Database.Work<T> work, CompletableFuture<T> answer) {

        Runnable attempt(Session session) throws SQLException {
            try {
                T result = work.run(session);
                return () -> answer.complete(result);
            } catch (ApiException e) {
                return () -> answer.completeExceptionally(e);
            }
        }
    }

    Writer(Session session) {
        this.session = session;
        thread.setDaemon(true);
        thread.start();
    }

    <T> CompletableFuture<T> submit(Database.Work<T> work) {
        var task = new Task<>(work, new CompletableFuture<T>());
        waiting.add(task);
        if (closed && waiting.remove(task)) {
            task.answer.completeExceptionally(ApiException.internal("The store is closed."));
        }
        return task.answer;
    }

    private void run() {
        var batch = new ArrayList<Task<?>>();
        try {
            while (!closed || !waiting.isEmpty()) {
                var first = waiting.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, MOST_AT_ONCE - 1);
                    commit(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The writer was interrupted.", e);
        }
    }

    private void commit(List<Task<?>> batch) {
        var answers = new ArrayList<Runnable>();
        try {
            session.begin();
            for (var task : batch) {
                answers.add(task.attempt(session));
            }
            session.commit();
        } catch (SQLException | RuntimeException | LinkageError | StackOverflowError e) {
            session.rollBack();
            if (batch.size() == 1) {
                batch.get(0).answer.completeExceptionally(Failures.of(e));
            } else {
                // So that what fails by itself fails nothing else
                batch.forEach(task -> commit(List.of(task)));
            }
            return;
        }
        answers.forEach(Runnable::run);
    }

    /** Commits what waits, and ends. */
    void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
