package org.linkmoderation.rescan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.ServiceUnavailableException;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.JsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the rescans of links, each once: the name of a rescan is derived from what starts it and from the link.
 *
 * <p>Each method throws {@link ServiceUnavailableException} where journal or broker do not answer, or where the state
 * machine does not run in this container yet.
 */
final class Scans {
    private static final Logger LOG = LoggerFactory.getLogger(Scans.class);
    private static final int MAX_NAME_CHARACTERS = 80;
    private static final int MAX_PREFIX_CHARACTERS = 40;
    private static final int DIGEST_CHARACTERS = 32;

    private final Executions executions;

    Scans(Executions executions) {
        this.executions = executions;
    }

    /** How many rescans have not ended, in all containers; counts no further than the limit. */
    int inFlight(int limit) {
        return answered(() -> executions.inFlight(RescanStateMachine.NAME, limit));
    }

    /**
     * Starts the rescan of a link, or finds it started.
     *
     * @param batch what starts it
     * @return false if the link can never be scanned
     */
    boolean start(String batch, String code, String url) {
        ObjectNode input =
                JsonNodeFactory.instance.objectNode().put("code", code).put("url", url);
        try {
            Link.of(input);
        } catch (InvalidRequestException e) {
            return false;
        }
        return answered(() -> {
            try {
                executions.startRecorded(RescanStateMachine.NAME, Optional.of(name(batch, code)), input.toString());
            } catch (ExecutionAlreadyExistsException e) {
                LOG.debug("Rescan {} was started before; the link may have changed since", name(batch, code));
            }
            return true;
        });
    }

    /** Starts the rescan of the link of an execution with the URL that it has by now. */
    void startAgain(Exchange exchange) throws InvalidRequestException {
        CurrentExecution execution = CurrentExecution.of(exchange);
        JsonNode changed = JsonDocument.bodyOf(exchange);
        String url = changed.path("url").asText();
        String code = changed.path("code").asText();
        Link.of(changed);
        String batch = "again." + digest(execution.name() + "\n" + url);
        start(batch, code, url);
        ObjectNode started = JsonNodeFactory.instance.objectNode().put("scannedAgainBy", name(batch, code));
        started.put("code", code).put("url", url);
        JsonDocument.set(exchange, started);
    }

    /**
     * Starts an execution of the state machine of all links, or finds it started.
     *
     * @param input its input
     * @return false if the name is that of another, with another input
     */
    boolean startAll(String name, ObjectNode input) {
        return answered(() -> {
            try {
                executions.startRecorded(RescanAllStateMachine.NAME, Optional.of(name), input.toString());
                return true;
            } catch (ExecutionAlreadyExistsException e) {
                return executions
                        .describe(new ExecutionId(RescanAllStateMachine.NAME, name))
                        .hasInput(input.toString());
            }
        });
    }

    /** What a service answers. */
    private interface Question<T> {
        T ask() throws InvalidRequestException;
    }

    private <T> T answered(Question<T> question) {
        if (!executions.stateMachines().contains(RescanStateMachine.NAME)
                || !executions.stateMachines().contains(RescanAllStateMachine.NAME)) {
            throw new ServiceUnavailableException("The state machines of rescans have not started yet", null);
        }
        try {
            return question.ask();
        } catch (InvalidRequestException e) {
            throw new ServiceUnavailableException(e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new ServiceUnavailableException("A rescan can't be started: " + e.getMessage(), e);
        }
    }

    /**
     * The name of a rescan: {@code <batch>.<code>}, and where that is too long, a digest of it. No code has a dot or an
     * equals sign, so that no two rescans share one.
     */
    static String name(String batch, String code) {
        String name = batch + "." + code;
        return name.length() <= MAX_NAME_CHARACTERS
                ? name
                : batch.substring(0, Math.min(batch.length(), MAX_PREFIX_CHARACTERS)) + ".=" + digest(name);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
