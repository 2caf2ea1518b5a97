package org.linkmoderation.http;

import java.time.Duration;

/**
 * The limits of a server. A connection that exceeds one of its times is closed, within half a second after it.
 *
 * @param connections the most connections at once, 1 or more; at the limit, the connection that has waited longest for
 *     its client makes room for a new one
 * @param headerBytes the longest request line, and the longest header section
 * @param bodyBytes the longest body; a longer one is answered with status 413
 * @param headerTime the time from a connection, or the first byte of a further request, to the end of its headers
 * @param requestTime the time from the first byte of a request to its last
 * @param idleTime the time that a connection is kept open for a further request
 * @param responseTime the time in which a client must have read a response
 * @param workers the threads that call the handler
 * @param waitingRequests the most requests that wait for a worker; one more is answered with status 503
 * @param closeTime the time that requests being handled are given to end when the server is closed
 */
public record HttpLimits(
        int connections,
        int headerBytes,
        int bodyBytes,
        Duration headerTime,
        Duration requestTime,
        Duration idleTime,
        Duration responseTime,
        int workers,
        int waitingRequests,
        Duration closeTime) {

    /** Limits for a service of one machine: 1,024 connections, 16 kB of headers, 1 MB of body, 8 workers. */
    public static HttpLimits defaults() {
        return new HttpLimits(
                1_024,
                16 * 1024,
                1024 * 1024,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(75),
                Duration.ofSeconds(30),
                8,
                1_024,
                Duration.ofSeconds(5));
    }

    /** Checks each limit. */
    public HttpLimits {
        requirePositive("connections", connections);
        requirePositive("headerBytes", headerBytes);
        requirePositive("workers", workers);
        requirePositive("waitingRequests", waitingRequests);
        if (bodyBytes < 0) {
            throw new IllegalArgumentException("bodyBytes = " + bodyBytes + ": expected 0 or more");
        }
    }

    /** The same with another limit of connections. */
    public HttpLimits withConnections(int most) {
        return new HttpLimits(
                most,
                headerBytes,
                bodyBytes,
                headerTime,
                requestTime,
                idleTime,
                responseTime,
                workers,
                waitingRequests,
                closeTime);
    }

    /** The same with another limit of a request's body, in bytes. */
    public HttpLimits withBodyBytes(int most) {
        return new HttpLimits(
                connections,
                headerBytes,
                most,
                headerTime,
                requestTime,
                idleTime,
                responseTime,
                workers,
                waitingRequests,
                closeTime);
    }

    /** The same with other times for the headers and for the whole of a request. */
    public HttpLimits withRequestTimes(Duration headers, Duration request) {
        return new HttpLimits(
                connections,
                headerBytes,
                bodyBytes,
                headers,
                request,
                idleTime,
                responseTime,
                workers,
                waitingRequests,
                closeTime);
    }

    /** The same with other times for the next request of a connection and for the reading of a response. */
    public HttpLimits withConnectionTimes(Duration idle, Duration response) {
        return new HttpLimits(
                connections,
                headerBytes,
                bodyBytes,
                headerTime,
                requestTime,
                idle,
                response,
                workers,
                waitingRequests,
                closeTime);
    }

    /** The same with another number of workers, and of requests that wait for one. */
    public HttpLimits withWorkers(int threads, int waiting) {
        return new HttpLimits(
                connections,
                headerBytes,
                bodyBytes,
                headerTime,
                requestTime,
                idleTime,
                responseTime,
                threads,
                waiting,
                closeTime);
    }

    /** The same with another time for the end of requests when the server is closed. */
    public HttpLimits withCloseTime(Duration time) {
        return new HttpLimits(
                connections,
                headerBytes,
                bodyBytes,
                headerTime,
                requestTime,
                idleTime,
                responseTime,
                workers,
                waitingRequests,
                time);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ": expected 1 or more");
        }
    }
}
