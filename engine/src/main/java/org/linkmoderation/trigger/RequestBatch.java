package org.linkmoderation.trigger;

import java.util.ArrayList;
import java.util.List;
import org.linkmoderation.StartRequest;

/**
 * Requests on their way to the queue: they are sent together, since a transaction costs the broker's disk as much as
 * one message does. What is held at a time is bounded, here and in the broker.
 */
final class RequestBatch {
    private static final int MAX_REQUESTS = 500;
    private static final int MAX_CHARACTERS = 1_000_000;

    private final RequestSender sender;
    private final List<StartRequest> requests = new ArrayList<>();
    private int characters;
    private long sent;

    RequestBatch(RequestSender sender) {
        this.sender = sender;
    }

    /** Adds a request, and sends what there is when it is enough. */
    void add(StartRequest request) {
        requests.add(request);
        characters += request.input().length();
        if (requests.size() == MAX_REQUESTS || characters >= MAX_CHARACTERS) {
            send();
        }
    }

    /** Sends what has not been sent. */
    void send() {
        if (!requests.isEmpty()) {
            sender.send(requests);
            sent += requests.size();
            requests.clear();
            characters = 0;
        }
    }

    /** How many have been sent. */
    long sent() {
        return sent;
    }
}
