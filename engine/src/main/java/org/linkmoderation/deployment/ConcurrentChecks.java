package org.linkmoderation.deployment;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.ServiceStatus;

/**
 * Asks services, all at once and for a limited time: one that hangs delays no caller, and is not asked again before its
 * last question has come to an end.
 */
final class ConcurrentChecks implements AutoCloseable {
    private final Duration limit;
    private final Map<String, CompletableFuture<ServiceStatus>> open = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(runnable -> {
        Thread thread = new Thread(runnable, "link-moderation service check");
        thread.setDaemon(true);
        return thread;
    });

    /** @param limit how long an answer is waited for */
    ConcurrentChecks(Duration limit) {
        this.limit = limit;
    }

    /** The answers, in the order of the questions. */
    List<ServiceStatus> ask(List<ServiceCheck> checks) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<CompletableFuture<ServiceStatus>> answers =
                checks.stream().map(this::ask).toList();
        return IntStream.range(0, checks.size())
                .mapToObj(i -> await(checks.get(i), answers.get(i), deadline))
                .toList();
    }

    private CompletableFuture<ServiceStatus> ask(ServiceCheck check) {
        return open.computeIfAbsent(check.service(), service -> {
            CompletableFuture<ServiceStatus> answer = new CompletableFuture<>();
            threads.execute(() -> {
                ServiceStatus status = answer(check);
                open.remove(service, answer);
                answer.complete(status);
            });
            return answer;
        });
    }

    private static ServiceStatus answer(ServiceCheck check) {
        try {
            return new ServiceStatus(check.service(), true, check.question().call());
        } catch (Exception e) {
            return ServiceStatus.failed(check.service(), e);
        }
    }

    private ServiceStatus await(ServiceCheck check, CompletableFuture<ServiceStatus> answer, long deadline) {
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new ServiceStatus(check.service(), false, "no answer within " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ServiceStatus(check.service(), false, "interrupted while it was asked");
        } catch (ExecutionException e) {
            return ServiceStatus.failed(check.service(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
