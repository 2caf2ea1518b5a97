package org.linkmoderation.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has requests handled by a bounded pool of threads. */
final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final HttpResponse FAILED = HttpResponse.text(500, "Internal error; the log has its cause.\n");
    private static final HttpResponse BUSY =
            HttpResponse.text(503, "Too many requests are waiting.\n").with("Retry-After", "1");

    private final HttpHandler handler;
    private final UnaryOperator<HttpResponse> refusals;
    private final ThreadPoolExecutor workers;
    private volatile boolean closing;
    private long dateSecond = -1;
    private String date;

    Requests(HttpHandler handler, HttpLimits limits, ThreadFactory threads, UnaryOperator<HttpResponse> refusals) {
        this.handler = handler;
        this.refusals = refusals;
        workers = new ThreadPoolExecutor(
                limits.workers(),
                limits.workers(),
                60,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.waitingRequests()),
                threads);
        workers.allowCoreThreadTimeOut(true);
    }

    /** Answers a request, now or later, exactly once. */
    void handle(HttpRequest request, Consumer<HttpResponse> answer) {
        try {
            workers.execute(() -> call(request, answer));
        } catch (RejectedExecutionException e) {
            answer.accept(refused(BUSY));
        }
    }

    private void call(HttpRequest request, Consumer<HttpResponse> answer) {
        try {
            handler.handle(request)
                    .whenComplete((response, failure) ->
                            answer.accept(response == null ? failed(request, failure) : response));
        } catch (Exception | LinkageError | StackOverflowError e) {
            answer.accept(failed(request, e));
        }
    }

    private HttpResponse failed(HttpRequest request, Throwable failure) {
        LOG.error("{} {} cannot be answered.", request.method(), request.path(), failure);
        return refused(FAILED);
    }

    /** An answer of the server's own, as its clients expect it. */
    HttpResponse refused(HttpResponse sentence) {
        return refusals.apply(sentence);
    }

    /** The value of a Date header. Called by the event loop only. */
    String date() {
        long second = System.currentTimeMillis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            // Not RFC_1123_DATE_TIME, which writes the first nine days of a month with one digit
            date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
        }
        return date;
    }

    boolean isClosing() {
        return closing;
    }

    /** Lets each connection end with the response that it waits for. */
    void closing() {
        closing = true;
    }

    void close(Duration time) {
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A request is still being handled {} s after the server was closed.", time.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
