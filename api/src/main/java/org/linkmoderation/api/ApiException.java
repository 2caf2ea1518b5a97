package org.linkmoderation.api;

/** An error of the API, as its client is told. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final int status;

    private ApiException(String error, int status, String message) {
        super(message);
        this.error = error;
        this.status = status;
    }

    /** An error of the request: all of them have status 400, those of signatures included. */
    static ApiException of(String error, String message) {
        return new ApiException(error, 400, message);
    }

    /** A service that the request needs does not answer: SDKs repeat the request. */
    static ApiException unavailable() {
        return new ApiException(
                "ServiceUnavailable",
                503,
                "The journal or the broker of the container does not answer; repeat the request");
    }

    /** An error of this container, which its log has: SDKs repeat the request. */
    static ApiException internal() {
        return new ApiException(
                "InternalFailure",
                500,
                "The request failed because of an internal error, which the log of the container names");
    }

    static ApiException notFound(String arn) {
        return of("ResourceNotFound", "Resource not found: '" + arn + "'");
    }

    static ApiException doesNotExist(String executionArn) {
        return of("ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionArn + "'");
    }

    static ApiException noStateMachine(String stateMachineArn) {
        return of("StateMachineDoesNotExist", "State Machine Does Not Exist: '" + stateMachineArn + "'");
    }

    static ApiException invalidArn(String reason) {
        return of("InvalidArn", "Invalid Arn: '" + reason + "'");
    }

    static ApiException invalidToken() {
        return of("InvalidToken", "Invalid Token: 'Invalid token'");
    }

    /** The name of the error. */
    String error() {
        return error;
    }

    /** The HTTP status. */
    int status() {
        return status;
    }
}
