package org.linkmoderation.local.lambda;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.linkmoderation.component.VisibleText;
import org.linkmoderation.http.HttpHandler;
import org.linkmoderation.http.HttpLimits;
import org.linkmoderation.http.HttpRequest;
import org.linkmoderation.http.HttpResponse;
import org.linkmoderation.http.HttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lambda's Invoke API on 127.0.0.1, with the functions in this JVM. Status codes, headers and error texts are Lambda's,
 * so that a client needs no other settings than the endpoint: function errors ({@code X-Amz-Function-Error}),
 * time-outs, throttling, payload limits, invocation types, names as ARNs and with qualifiers.
 *
 * <p>Unlike Lambda it takes any signature, runs an asynchronous invocation once, without a retry, and cannot end a
 * function that does not heed an interrupt: that one counts against the concurrency limit until it returns.
 */
public final class LambdaEndpoint implements AutoCloseable {

    /** The largest event of a synchronous invocation in bytes, as Lambda has it. */
    public static final int MAX_EVENT = 6_291_456;

    /** The largest event of an asynchronous invocation in bytes, as Lambda has it. */
    public static final int MAX_ASYNCHRONOUS_EVENT = 1_048_576;

    private static final Logger LOG = LoggerFactory.getLogger(LambdaEndpoint.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/([^/]+)/invocations/?");
    private static final Pattern NAME = Pattern.compile("(arn:aws[a-z-]*:lambda:)?([a-z]{2}(-[a-z]+)+-\\d:)?(\\d{12}:)?"
            + "(function:)?(?<name>[a-zA-Z0-9-_]{1,64})(:(?<qualifier>\\$LATEST|[a-zA-Z0-9-_]{1,128}))?");
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:";
    private static final byte[] EMPTY_EVENT = {'{', '}'};
    private static final String SYNCHRONOUS = "RequestResponse";
    private static final String ASYNCHRONOUS = "Event";
    private static final String DRY_RUN = "DryRun";
    /** More than the largest event, so that who sends a larger one is told so in Lambda's words. */
    private static final int MAX_BODY = 16 * 1024 * 1024;

    private static final int THREADS_FOR_REFUSALS = 16;
    private static final int MAX_WAITING = 1_024;
    private static final byte[] NO_BODY = {};

    private final Map<String, LambdaFunction> functions = new LinkedHashMap<>();
    private final Duration timeout;
    private final Semaphore concurrency;
    private final HttpServer server;
    private final ExecutorService invocations = Executors.newCachedThreadPool(threads("lambda-invocation-"));

    private record Invocation(String type, LambdaFunction function, byte[] event, InvocationContext context) {}

    /**
     * Listens, and answers from now on.
     *
     * @param port the port on 127.0.0.1; 0 for any that is free
     * @param functions what makes a handler, by the function's name; called once for each execution environment
     * @param concurrency how many invocations run at once; one more is answered with TooManyRequestsException
     * @param timeout how long an invocation may take
     * @throws IOException if the port is taken
     */
    public LambdaEndpoint(
            int port,
            Map<String, ? extends Supplier<? extends RequestHandler<?, ?>>> functions,
            int concurrency,
            Duration timeout)
            throws IOException {
        functions.forEach((name, constructor) -> this.functions.put(name, new LambdaFunction(constructor)));
        this.concurrency = new Semaphore(concurrency);
        this.timeout = timeout;
        server = HttpServer.onLoopback(
                "lambda-request",
                port,
                HttpLimits.defaults()
                        .withBodyBytes(MAX_BODY)
                        .withWorkers(concurrency + THREADS_FOR_REFUSALS, MAX_WAITING),
                HttpHandler.blocking(this::handle));
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return server.port();
    }

    /** Closes the port and interrupts what is running. */
    @Override
    public void close() {
        invocations.shutdownNow();
        server.close();
    }

    private static ThreadFactory threads(String prefix) {
        var number = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private HttpResponse handle(HttpRequest request) {
        var requestId = UUID.randomUUID().toString();
        return answer(request, requestId)
                .with("Content-Type", "application/json")
                .with("X-Amzn-RequestId", requestId);
    }

    private HttpResponse answer(HttpRequest request, String requestId) {
        try {
            var invocation = read(request, requestId);
            return switch (invocation.type()) {
                case DRY_RUN -> new HttpResponse(204, Map.of(), NO_BODY);
                case ASYNCHRONOUS -> {
                    var result = submit(invocation);
                    invocations.execute(() -> await(invocation.context(), result));
                    yield new HttpResponse(202, Map.of(), NO_BODY);
                }
                default -> await(invocation.context(), submit(invocation));
            };
        } catch (InvokeError e) {
            LOG.debug("Refused {} {}", request.method(), request.path(), e);
            return new HttpResponse(e.status(), Map.of("X-Amzn-ErrorType", e.type()), json(e.body()));
        }
    }

    private Invocation read(HttpRequest request, String requestId) throws InvokeError {
        var path = PATH.matcher(request.path());
        if (!path.matches() || !"POST".equals(request.method())) {
            throw InvokeError.accessDenied("Unable to determine service/operation name to be authorized");
        }
        // No client of Lambda sends it, every browser does: a web page must not run functions on this machine
        if (request.header("Origin").isPresent()) {
            throw InvokeError.accessDenied("Requests of web pages are not served here");
        }
        var name = NAME.matcher(path.group(1));
        if (!name.matches()) {
            throw InvokeError.invalidName(path.group(1));
        }
        var arn = ARN + name.group("name") + (name.group("qualifier") == null ? "" : ":" + name.group("qualifier"));
        var function = functions.get(name.group("name"));
        if (function == null) {
            throw InvokeError.notFound(arn);
        }
        var type = request.header("X-Amz-Invocation-Type").orElse(SYNCHRONOUS);
        var event = request.body();
        requireEvent(event, type);
        return new Invocation(
                type,
                function,
                event.length == 0 ? EMPTY_EVENT : event,
                new InvocationContext(name.group("name"), arn, requestId, System.nanoTime() + timeout.toNanos()));
    }

    private static void requireEvent(byte[] event, String type) throws InvokeError {
        int limit = switch (type) {
            case SYNCHRONOUS, DRY_RUN -> MAX_EVENT;
            case ASYNCHRONOUS -> MAX_ASYNCHRONOUS_EVENT;
            default -> throw InvokeError.invalidParameter("Unknown invocation type: " + type);
        };
        if (event.length > limit) {
            throw InvokeError.tooLarge(event.length, type, limit);
        }
        try {
            if (event.length > 0 && JSON.readTree(event).isMissingNode()) {
                throw InvokeError.notJson("No content to map due to end-of-input");
            }
        } catch (JsonProcessingException e) {
            throw InvokeError.notJson(e.getOriginalMessage());
        } catch (IOException e) {
            throw InvokeError.notJson(e.getMessage());
        }
    }

    private Future<byte[]> submit(Invocation invocation) throws InvokeError {
        if (!concurrency.tryAcquire()) {
            throw InvokeError.tooManyRequests();
        }
        var held = new AtomicBoolean(true);
        Runnable release = () -> {
            if (held.getAndSet(false)) {
                concurrency.release();
            }
        };
        var result = new FutureTask<>(() -> {
            try {
                return invocation.function().invoke(invocation.event(), invocation.context());
            } finally {
                // Before the answer is sent: its receiver may call again at once
                release.run();
            }
        });
        invocations.execute(() -> {
            result.run();
            // It does not run at all if it timed out before a thread took it
            release.run();
        });
        return result;
    }

    /** Never fails: what happens to an invocation is its answer. */
    private HttpResponse await(InvocationContext context, Future<byte[]> result) {
        try {
            return answer(result.get(context.deadlineNanos() - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            result.cancel(true);
            return answer(context, FunctionError.timedOut(context.requestId(), timeout.toMillis()));
        } catch (ExecutionException e) {
            return answer(
                    context, e.getCause() instanceof FunctionError error ? error : FunctionError.of(e.getCause()));
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            return answer(context, FunctionError.of(e));
        }
    }

    private static HttpResponse answer(byte[] body) {
        return new HttpResponse(200, Map.of("X-Amz-Executed-Version", InvocationContext.VERSION), body);
    }

    private static HttpResponse answer(InvocationContext context, FunctionError error) {
        LOG.info(
                "{} failed, {}: {}",
                context.function(),
                error.body().get("errorType"),
                VisibleText.of(String.valueOf(error.getMessage())));
        return new HttpResponse(
                200,
                Map.of("X-Amz-Executed-Version", InvocationContext.VERSION, "X-Amz-Function-Error", "Unhandled"),
                json(error.body()));
    }

    private static byte[] json(Map<String, Object> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
