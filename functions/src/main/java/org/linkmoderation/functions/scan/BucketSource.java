package org.linkmoderation.functions.scan;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object in an S3 bucket, with the default credentials and region. Apart from the other sources because the AWS SDK
 * need not be there: only a setting with an {@code s3://} address loads this class.
 */
final class BucketSource implements ListSource {

    private static final int NOT_MODIFIED = 304;

    private final Supplier<S3Client> clients;
    private final String bucket;
    private final String key;
    private S3Client client;

    BucketSource(URI address, Duration timeout) {
        this(
                address,
                () -> S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder()
                                .connectionTimeout(timeout)
                                .socketTimeout(timeout))
                        .build());
    }

    BucketSource(URI address, Supplier<S3Client> clients) {
        this.clients = clients;
        this.bucket = address.getAuthority();
        this.key = address.getPath().substring(1);
    }

    @Override
    public Optional<Content> open(String knownTag) throws IOException {
        try {
            if (client == null) {
                // Here and not before: without a region or credentials this fails, and then as any other fetch does
                client = clients.get();
            }
            var object = client.getObject(GetObjectRequest.builder()
                    .bucket(bucket)
                    .key(key)
                    .ifNoneMatch(knownTag)
                    .build());
            return Optional.of(new Content(
                    object, object.response().contentLength(), object.response().eTag()));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_MODIFIED && knownTag != null) {
                return Optional.empty();
            }
            throw new IOException("S3 answered with status " + e.statusCode() + ", " + e.getMessage(), e);
        } catch (SdkException e) {
            throw new IOException("S3 could not be asked: " + e.getMessage(), e);
        }
    }
}
