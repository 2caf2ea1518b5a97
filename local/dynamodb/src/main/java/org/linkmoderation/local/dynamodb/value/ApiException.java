package org.linkmoderation.local.dynamodb.value;

import java.util.List;
import java.util.Map;

/** An error of the DynamoDB API, as the caller gets it. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String SERVICE = "com.amazonaws.dynamodb.v20120810#";
    private static final String FRONT = "com.amazon.coral.service#";
    private static final String INVALID = "One or more parameter values were invalid: ";

    private final int status;
    private final String type;
    private final transient Map<String, Value> item;
    private final transient List<Reason> reasons;

    /**
     * Why one action of a transaction cancels it.
     *
     * @param code the code; {@code None} for an action that does not
     * @param message the message; null for none
     * @param item the item as it was found; null for none
     */
    public record Reason(String code, String message, Map<String, Value> item) {

        /** An action that cancels nothing. */
        public static final Reason NONE = new Reason("None", null, null);
    }

    private ApiException(int status, String type, String message, Map<String, Value> item, List<Reason> reasons) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.item = item;
        this.reasons = reasons;
    }

    private static ApiException of(String type, String message) {
        return new ApiException(400, type, message, null, null);
    }

    /** A request that its service refuses for what it says. */
    public static ApiException validation(String message) {
        return of("com.amazon.coral.validate#ValidationException", message);
    }

    /** A request with a value that can't be stored. */
    public static ApiException invalid(String message) {
        return validation(INVALID + message);
    }

    /** A request that breaks a constraint of the API's model. */
    public static ApiException constraint(String shown, String member, String constraint) {
        return validation("1 validation error detected: Value " + shown + " at '" + member
                + "' failed to satisfy constraint: " + constraint);
    }

    /** A body that is no JSON, or JSON of another shape. */
    public static ApiException serialization(String message) {
        return of(FRONT + "SerializationException", message);
    }

    /** An operation that there is none of, or that this store does not have. */
    public static ApiException unknownOperation(String message) {
        return of(FRONT + "UnknownOperationException", message);
    }

    /** A table or index that does not exist. */
    public static ApiException notFound(String message) {
        return of(SERVICE + "ResourceNotFoundException", message);
    }

    /** A table that exists already. */
    public static ApiException inUse(String message) {
        return of(SERVICE + "ResourceInUseException", message);
    }

    /** A condition that does not hold, with the item, if the caller asked for it and there is one. */
    public static ApiException conditionFailed(Map<String, Value> item) {
        return new ApiException(
                400, SERVICE + "ConditionalCheckFailedException", "The conditional request failed", item, null);
    }

    /** A transaction that was not done, with a reason per action. */
    public static ApiException transactionCanceled(List<Reason> reasons) {
        return new ApiException(
                400,
                SERVICE + "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons ["
                        + String.join(", ", reasons.stream().map(Reason::code).toList()) + "]",
                null,
                List.copyOf(reasons));
    }

    /** A token that was used for another transaction. */
    public static ApiException idempotentParameterMismatch() {
        return of(
                SERVICE + "IdempotentParameterMismatchException",
                "An error occurred (IdempotentParameterMismatchException): the ClientRequestToken was used with other"
                        + " parameters within the last ten minutes");
    }

    /** A fault of this store, which its log explains; callers try again. */
    public static ApiException internal(String message) {
        return new ApiException(500, SERVICE + "InternalServerError", message, null, null);
    }

    /** The status of the HTTP response. */
    public int status() {
        return status;
    }

    /** The type, with its namespace. */
    public String type() {
        return type;
    }

    /** The item that a failed condition was tested on; null for none. */
    public Map<String, Value> item() {
        return item;
    }

    /** The reasons of a cancelled transaction; null for other errors. */
    public List<Reason> reasons() {
        return reasons;
    }
}
