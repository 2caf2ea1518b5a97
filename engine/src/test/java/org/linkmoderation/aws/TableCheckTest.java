package org.linkmoderation.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;

class TableCheckTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "arn:aws:dynamodb:local:000000000000:table/links, table is ACTIVE in the local table store",
                "arn:aws:dynamodb:eu-central-1:123456789012:table/links, table is ACTIVE in region eu-central-1",
                "none, table is ACTIVE in region unknown"
            })
    void shouldSayWhatKeepsTheTable(String arn, String detail) throws Exception {
        assertThat(TableCheck.of("links", new OneTable(arn)).question().call()).isEqualTo(detail);
    }

    private record OneTable(String arn) implements DynamoDbClient {
        @Override
        public DescribeTableResponse describeTable(DescribeTableRequest request) {
            return DescribeTableResponse.builder()
                    .table(table -> table.tableStatus("ACTIVE").tableArn(arn))
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {
            // Holds nothing
        }
    }
}
