package org.linkmoderation.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What came lately with which key and name: one that comes again with another content is refused here while its first
 * request is still in the queue, where the journal does not know of it. What this container has forgotten, or another
 * one accepted, is found by the journal, or is a dead letter.
 */
final class RecentKeys {
    private static final int MOST = 10_000;

    /** Members in one order, so that the same value always has the same bytes. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Map<String, String> contents = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** What is done with the requests that a key stands for. */
    @FunctionalInterface
    interface Sending<T, E extends Exception> {
        T send() throws E;
    }

    /**
     * Sends what came with a key or a name, and remembers it if it was accepted.
     *
     * @param stateMachine the state machine
     * @param key the key, if any
     * @param name the name that the sender gave the execution, if any
     * @param body the body of the request
     * @param sending sends it
     * @return what that gives
     * @throws Problem if the key came with another name or body before, or the name with another body
     */
    <T, E extends Exception> T once(
            String stateMachine, Optional<String> key, Optional<String> name, byte[] body, Sending<T, E> sending)
            throws E {
        Map<String, String> these = new LinkedHashMap<>();
        if (key.isPresent() || name.isPresent()) {
            String digest = digest(body);
            key.ifPresent(text -> these.put(stateMachine + " key " + text, name.orElse("") + " " + digest));
            name.ifPresent(text -> these.put(stateMachine + " name " + text, digest));
        }
        Set<String> added = add(these);
        boolean isAccepted = false;
        try {
            T result = sending.send();
            isAccepted = true;
            return result;
        } finally {
            if (!isAccepted) {
                synchronized (contents) {
                    contents.keySet().removeAll(added);
                }
            }
        }
    }

    private Set<String> add(Map<String, String> these) {
        synchronized (contents) {
            these.forEach((key, content) -> {
                String before = contents.get(key);
                if (before != null && !before.equals(content)) {
                    throw Problem.of(
                            409,
                            "IdempotencyKeyReused",
                            "The Idempotency-Key or the name was sent before with another content; expected the same"
                                    + " content, or another key and name");
                }
            });
            Set<String> added = new HashSet<>(these.keySet());
            added.removeAll(contents.keySet());
            contents.putAll(these);
            return added;
        }
    }

    private static String digest(byte[] body) {
        byte[] bytes = body;
        try {
            bytes = JSON.writeValueAsBytes(JSON.readValue(body, Object.class));
        } catch (IOException e) {
            // It is refused for that
        }
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
