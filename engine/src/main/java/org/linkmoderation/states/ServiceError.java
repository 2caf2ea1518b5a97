package org.linkmoderation.states;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** A service's refusal in the words of Step Functions, whose own clients are those of the AWS SDK's first line. */
final class ServiceError {
    private ServiceError() {}

    /**
     * The cause: what the service says, and by whom, how and to which request it was said.
     *
     * @param service the service's name in the first line of the SDK, such as {@code AmazonDynamoDBv2}
     * @param code the error code
     * @param message what the service says
     * @param refusal what was thrown
     */
    static String cause(String service, String code, String message, AwsServiceException refusal) {
        return message + " (Service: " + service + "; Status Code: " + refusal.statusCode() + "; Error Code: " + code
                + "; Request ID: " + refusal.requestId() + "; Proxy: null)";
    }
}
