package org.linkmoderation.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.component.InvalidSetting;

class AwsSettingsTest {
    @Test
    void shouldMeanAwsItselfWhereNothingIsSet() {
        AwsSettings settings = AwsSettings.of(Map.of());

        assertThat(settings.region()).isEqualTo("us-east-1");
        assertThat(settings.dynamoDbEndpoint()).isEmpty();
        assertThat(settings.lambdaEndpoint()).isEmpty();
        assertThat(settings.credentials()).isEmpty();
        assertThat(settings.maxConnections()).isEqualTo(128);
        assertThat(settings.createTables()).isFalse();
    }

    @Test
    void shouldTakeEndpointsAndCredentials() {
        AwsSettings settings = AwsSettings.of(Map.of(
                "dynamodb.endpoint", "http://127.0.0.1:8000",
                "lambda.endpoint", "http://127.0.0.1:3001",
                "access.key.id", "local",
                "secret.access.key", "s3cret",
                "create.tables", "true"));

        assertThat(settings.dynamoDbEndpoint()).contains(URI.create("http://127.0.0.1:8000"));
        assertThat(settings.lambdaEndpoint()).contains(URI.create("http://127.0.0.1:3001"));
        assertThat(settings.credentials()).contains(new AwsSettings.AccessKey("local", "s3cret"));
        assertThat(settings.createTables()).isTrue();
    }

    @Test
    void shouldNotShowTheSecret() {
        AwsSettings settings = AwsSettings.of(Map.of("access.key.id", "local", "secret.access.key", "s3cret"));

        assertThat(settings.toString()).contains("AccessKey[local]").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu-central-1", "us-gov-west-1", "cn-northwest-1", "ap-southeast-2", "us-isob-east-1"})
    void shouldKnowRegions(String region) {
        assertThat(AwsSettings.of(Map.of("region", region)).region()).isEqualTo(region);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        region            | Frankfurt       | the name of an AWS region such as eu-central-1
        region            | eu-central      | the name of an AWS region such as eu-central-1
        dynamodb.endpoint | 127.0.0.1:8000  | an http or https URL, or nothing for AWS
        lambda.endpoint   | file:///tmp     | an http or https URL, or nothing for AWS
        max.connections   | 0               | a whole number from 1 to 10000
        max.connections   | many            | a whole number from 1 to 10000
        create.tables     | yes             | true or false
        """)
    void shouldSayWhatIsWrong(String key, String value, String expected) {
        assertThatThrownBy(() -> AwsSettings.of(Map.of(key, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(
                        "The setting " + key + " = " + value + " of org.linkmoderation.aws cannot be used: expected "
                                + expected + " in etc/org.linkmoderation.aws.cfg.");
    }

    @Test
    void shouldRefuseHalfAnAccessKey() {
        assertThatThrownBy(() -> AwsSettings.of(Map.of("access.key.id", "local")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(
                        "The setting secret.access.key of org.linkmoderation.aws is blank: expected a value");
        assertThatThrownBy(() -> AwsSettings.of(Map.of("secret.access.key", "s3cret")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(
                        "The setting access.key.id of org.linkmoderation.aws is blank: expected a value")
                .message()
                .doesNotContain("s3cret");
    }
}
