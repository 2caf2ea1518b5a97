package org.linkmoderation.states;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The answers by which AWS refuses a request whatever it asks for: credentials that have expired or are unknown, a
 * signature that is wrong, a clock that differs. They say nothing about a task; they end when its surroundings are
 * mended.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html">Common errors</a>
 */
final class AccessErrors {
    private static final Set<String> CODES = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignature",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private AccessErrors() {}

    /** Whether a refusal is one of these. */
    static boolean include(AwsServiceException refused) {
        return refused.awsErrorDetails() != null
                && refused.awsErrorDetails().errorCode() != null
                && CODES.contains(refused.awsErrorDetails().errorCode());
    }
}
