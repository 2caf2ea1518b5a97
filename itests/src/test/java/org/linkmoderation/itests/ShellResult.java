package org.linkmoderation.itests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/**
 * The outcome of a command in the Karaf shell.
 *
 * @param command the line that was run
 * @param exitStatus 0 when the command succeeded; Karaf gives 1 when it threw
 * @param output what it printed, standard error included, without colour codes and surrounding white space
 */
public record ShellResult(String command, int exitStatus, String output) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[;?\\d]*[A-Za-z]");

    public ShellResult {
        output = COLOURS.matcher(output).replaceAll("").strip();
    }

    public boolean succeeded() {
        return exitStatus == 0;
    }

    /**
     * The output as JSON.
     *
     * @throws AssertionError if the command failed or printed anything else
     */
    public JsonNode json() {
        if (!succeeded()) {
            throw new AssertionError(this);
        }
        try {
            return JSON.readTree(output);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + this, e);
        }
    }

    @Override
    public String toString() {
        return command + " → exit status " + exitStatus + "\n" + output;
    }
}
