package org.linkmoderation.api;

import java.util.UUID;
import org.linkmoderation.ExecutionId;

/**
 * The ARNs of state machines, executions and functions of this container. A state machine has two: its executions of
 * the ARN that ends in {@code -express} are EXPRESS.
 *
 * @param region the region that they name
 * @param account the account that they name, 12 digits
 */
record Arns(String region, String account) {
    private static final String EXPRESS_SUFFIX = "-express";

    /**
     * A state machine as an ARN names it.
     *
     * @param stateMachine its name
     * @param isExpress whether its executions are EXPRESS
     */
    record Addressed(String stateMachine, boolean isExpress) {
        /** The name in the ARN. */
        String name() {
            return isExpress ? stateMachine + EXPRESS_SUFFIX : stateMachine;
        }
    }

    String stateMachine(Addressed addressed) {
        return arn("stateMachine:" + addressed.name());
    }

    String execution(ExecutionId id) {
        return arn("execution:" + id.stateMachine() + ":" + id.name());
    }

    String expressExecution(String stateMachine, String name) {
        return arn("express:" + stateMachine + EXPRESS_SUFFIX + ":" + name + ":" + UUID.randomUUID());
    }

    /** The ARN of a function that is given by its name or its ARN. */
    String function(String function) {
        return function.startsWith("arn:")
                ? function
                : "arn:aws:lambda:" + region + ":" + account + ":function:" + function;
    }

    /** The role that executions run with: there is none, and this ARN says so. */
    String role() {
        return "arn:aws:iam::" + account + ":role/link-moderation";
    }

    private String arn(String resource) {
        return "arn:aws:states:" + region + ":" + account + ":" + resource;
    }

    /**
     * The state machine that an ARN names; whether it is there is another question.
     *
     * @throws ApiException if it is no ARN of a state machine of this region and account
     */
    Addressed readStateMachine(String arn) {
        String[] parts = resource(require(arn, "stateMachine"));
        if (parts.length != 2 || isElsewhere(arn)) {
            throw ApiException.noStateMachine(arn);
        }
        return parts[1].endsWith(EXPRESS_SUFFIX)
                ? new Addressed(parts[1].substring(0, parts[1].length() - EXPRESS_SUFFIX.length()), true)
                : new Addressed(parts[1], false);
    }

    /**
     * The execution that an ARN names; whether it is there is another question.
     *
     * @throws ApiException if it is no ARN of a STANDARD execution of this region and account
     */
    ExecutionId readExecution(String arn) {
        String[] parts = resource(require(arn, "execution"));
        if (parts.length != 3 || isElsewhere(arn)) {
            throw ApiException.doesNotExist(arn);
        }
        return new ExecutionId(parts[1], parts[2]);
    }

    /**
     * Requires an ARN of a kind of resource.
     *
     * @param kind what its resource begins with
     * @return the ARN
     * @throws ApiException if it is none, or of another kind
     */
    static String require(String arn, String kind) {
        String[] parts = resource(arn);
        if (!parts[0].equals(kind)) {
            throw ApiException.invalidArn("Resource type not valid in this context: " + parts[0]);
        }
        return arn;
    }

    private static String[] resource(String arn) {
        String[] parts = arn.split(":", 6);
        if (parts.length < 6 || !parts[0].equals("arn") || !parts[2].equals("states") || parts[5].isEmpty()) {
            throw ApiException.invalidArn("Invalid ARN prefix: " + arn);
        }
        return parts[5].split(":", -1);
    }

    private boolean isElsewhere(String arn) {
        String[] parts = arn.split(":", 6);
        return !parts[3].equals(region) || !parts[4].equals(account);
    }
}
