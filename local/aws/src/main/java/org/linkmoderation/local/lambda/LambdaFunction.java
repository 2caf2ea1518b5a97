package org.linkmoderation.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A function and its execution environments. As on Lambda, an environment has its own instance of the handler, serves
 * one invocation at a time, and is used again for the next unless the invocation timed out.
 */
final class LambdaFunction {

    /** The largest answer in bytes, as Lambda has it. */
    static final int MAX_ANSWER = 6_291_556;

    private static final ObjectMapper JSON = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, false);

    private final Supplier<? extends RequestHandler<?, ?>> constructor;
    private final Queue<Environment> idle = new ConcurrentLinkedQueue<>();

    private record Environment(RequestHandler<Object, Object> handler, JavaType eventType) {}

    LambdaFunction(Supplier<? extends RequestHandler<?, ?>> constructor) {
        this.constructor = constructor;
    }

    /**
     * Calls the handler on this thread.
     *
     * @param event JSON
     * @return the handler's answer as JSON
     * @throws FunctionError if the event has not the type that the handler takes, or anything is thrown
     */
    byte[] invoke(byte[] event, Context context) throws FunctionError {
        var environment = environment();
        var thread = Thread.currentThread();
        var loader = thread.getContextClassLoader();
        thread.setContextClassLoader(environment.handler().getClass().getClassLoader());
        try {
            return write(call(environment, read(event, environment.eventType()), context));
        } finally {
            thread.setContextClassLoader(loader);
            if (context.getRemainingTimeInMillis() > 0) {
                idle.add(environment);
            }
        }
    }

    // The types of the handler's class say that its event is of the type that was read
    @SuppressWarnings("unchecked")
    private Environment environment() throws FunctionError {
        var environment = idle.poll();
        if (environment != null) {
            return environment;
        }
        try {
            var handler = (RequestHandler<Object, Object>) constructor.get();
            var types =
                    JSON.getTypeFactory().constructType(handler.getClass()).findTypeParameters(RequestHandler.class);
            return new Environment(handler, types.length > 0 ? types[0] : JSON.constructType(Object.class));
        } catch (Throwable e) {
            throw FunctionError.of(e);
        }
    }

    private static Object read(byte[] event, JavaType type) throws FunctionError {
        try {
            return JSON.readValue(event, type);
        } catch (IOException e) {
            throw FunctionError.ofEvent(e);
        }
    }

    /** Whatever the function throws is its answer: on Lambda, it would not end more than its own environment. */
    private static Object call(Environment environment, Object event, Context context) throws FunctionError {
        try {
            return environment.handler().handleRequest(event, context);
        } catch (Throwable e) {
            throw FunctionError.of(e);
        }
    }

    private static byte[] write(Object answer) throws FunctionError {
        try {
            var json = JSON.writeValueAsBytes(answer);
            if (json.length > MAX_ANSWER) {
                throw FunctionError.tooLarge(MAX_ANSWER);
            }
            return json;
        } catch (JsonProcessingException e) {
            throw FunctionError.of(new RuntimeException("An error occurred during JSON serialization of response", e));
        }
    }
}
