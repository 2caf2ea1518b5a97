package org.linkmoderation.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The open connections of a server: their number and their times are limited. Used by one event loop only. */
final class Connections {

    private static final long SWEEP_MILLIS = 500;

    private final HttpLimits limits;
    /** In the order in which each began to wait for what it waits for. */
    private final Set<Connection> open = new LinkedHashSet<>();

    Connections(HttpLimits limits, EventLoop loop) {
        this.limits = limits;
        loop.scheduleWithFixedDelay(this::closeOverdue, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Adds a connection; at the limit, one that waits for its client is closed for it, or else itself. */
    boolean add(Connection connection) {
        if (open.size() >= limits.connections()) {
            var longest = open.stream().filter(Connection::waitsForClient).findFirst();
            if (longest.isEmpty()) {
                return false;
            }
            remove(longest.get());
            longest.get().channel().close();
        }
        return open.add(connection);
    }

    void remove(Connection connection) {
        open.remove(connection);
    }

    /** Says that a connection waits for something else from now on. */
    void moved(Connection connection) {
        if (open.remove(connection)) {
            open.add(connection);
        }
    }

    boolean anyOwesResponse() {
        return open.stream().anyMatch(Connection::owesResponse);
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        List.copyOf(open).stream()
                .filter(connection -> connection.isOverdue(now, limits))
                .map(Connection::channel)
                .forEach(Channel::close);
    }
}
