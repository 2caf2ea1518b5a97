package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The AWS SDK's own client against an endpoint that speaks as S3 does. */
class BucketSourceTest {

    private LoopbackServer server;
    private BucketSource source;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackServer();
        source = new BucketSource(
                URI.create("s3://bucket/lists/a%20b.txt"),
                () -> S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .endpointOverride(URI.create(server.address()))
                        .forcePathStyle(true)
                        .region(Region.EU_CENTRAL_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                        .build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldReadAnObjectAndAskForItAgainByETag() throws IOException {
        server.serve("bad.example.org\n", "\"one\"");
        var content = source.open(null).orElseThrow();
        try (var bytes = content.bytes()) {
            assertThat(new String(bytes.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("bad.example.org\n");
        }
        assertThat(content.tag()).isEqualTo("\"one\"");
        assertThat(content.length()).isEqualTo(16);
        assertThat(source.open(content.tag())).isEmpty();
        assertThat(server.requests()).containsExactly("GET /bucket/lists/a%20b.txt", "GET /bucket/lists/a%20b.txt");
    }

    @Test
    void shouldSayWhyAnObjectCannotBeHad() {
        server.answer(exchange -> LoopbackServer.send(
                exchange, 403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"));
        assertThatThrownBy(() -> source.open(null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("S3 answered with status 403")
                .hasMessageContaining("Access Denied");
    }
}
