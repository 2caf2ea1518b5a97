package org.linkmoderation;

/**
 * What a person decided about a task that people decide.
 *
 * @param approved whether it was approved
 * @param decidedBy who decided, 1 to {@value #MAX_DECIDED_BY_CHARACTERS} characters
 * @param reason why, at most {@value #MAX_REASON_CHARACTERS} characters; may be empty where it was approved
 */
public record Decision(boolean approved, String decidedBy, String reason) {
    /** The longest name of who decided. */
    public static final int MAX_DECIDED_BY_CHARACTERS = 256;

    /** The longest reason. */
    public static final int MAX_REASON_CHARACTERS = 1_024;

    /**
     * Checks that it can be recorded.
     *
     * @throws InvalidRequestException if a part of it is missing or too long
     */
    public void check() throws InvalidRequestException {
        if (decidedBy.isBlank() || decidedBy.length() > MAX_DECIDED_BY_CHARACTERS) {
            throw new InvalidRequestException("The name of who decided has " + decidedBy.length()
                    + " characters; expected 1 to " + MAX_DECIDED_BY_CHARACTERS);
        }
        if (reason.length() > MAX_REASON_CHARACTERS) {
            throw new InvalidRequestException(
                    "The reason has " + reason.length() + " characters; expected at most " + MAX_REASON_CHARACTERS);
        }
        if (!approved && reason.isBlank()) {
            throw new InvalidRequestException("The reason is blank; expected why the task is rejected");
        }
    }
}
