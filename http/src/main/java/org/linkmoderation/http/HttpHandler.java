package org.linkmoderation.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers requests. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a request. Called by a worker thread, by several at once; requests of one connection come one after
     * another.
     *
     * @param request the request, whole
     * @return completes with the response, from any thread; what fails is logged and answered with status 500
     * @throws Exception is logged and answered with status 500
     */
    CompletionStage<HttpResponse> handle(HttpRequest request) throws Exception;

    /** Answers requests before it returns. */
    @FunctionalInterface
    interface Blocking {

        /**
         * Answers a request on the worker thread that calls.
         *
         * @param request the request, whole
         * @return the response
         * @throws Exception is logged and answered with status 500
         */
        HttpResponse handle(HttpRequest request) throws Exception;
    }

    /** A handler that keeps a worker thread until it has its response. */
    static HttpHandler blocking(Blocking handler) {
        return request -> CompletableFuture.completedFuture(handler.handle(request));
    }
}
