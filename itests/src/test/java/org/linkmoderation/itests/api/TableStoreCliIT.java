package org.linkmoderation.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.linkmoderation.itests.TableStore;

/** Every operation of the table store, called by the AWS CLI. */
class TableStoreCliIT {

    private static final String SCRIPT = """
            store() { aws dynamodb "$@" --endpoint-url "$STORE_URL" --region us-east-1 --output text; }

            store create-table --table-name things --billing-mode PAY_PER_REQUEST \\
                --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH \\
                --query TableDescription.TableName
            store describe-table --table-name things --query Table.TableStatus
            store list-tables --query TableNames
            store update-time-to-live --table-name things \\
                --time-to-live-specification Enabled=true,AttributeName=expiresAt \\
                --query TimeToLiveSpecification.AttributeName
            store describe-time-to-live --table-name things --query TimeToLiveDescription.TimeToLiveStatus
            store put-item --table-name things --item '{"id": {"S": "a"}, "count": {"N": "1"}}'
            store get-item --table-name things --key '{"id": {"S": "a"}}' --query Item.count.N
            store update-item --table-name things --key '{"id": {"S": "a"}}' --update-expression 'ADD #count :one' \\
                --expression-attribute-names '{"#count": "count"}' \\
                --expression-attribute-values '{":one": {"N": "1"}}' \\
                --return-values UPDATED_NEW --query Attributes.count.N
            store batch-write-item --query 'length(UnprocessedItems)' \\
                --request-items '{"things": [{"PutRequest": {"Item": {"id": {"S": "b"}, "count": {"N": "3"}}}}]}'
            store batch-get-item --query 'Responses.things[].count.N' \\
                --request-items '{"things": {"Keys": [{"id": {"S": "b"}}]}}'
            store transact-write-items --transact-items \\
                '[{"Put": {"TableName": "things", "Item": {"id": {"S": "c"}, "count": {"N": "4"}}}},
                  {"Delete": {"TableName": "things", "Key": {"id": {"S": "b"}}}}]'
            store transact-get-items --query 'Responses[].Item.count.N' --transact-items \\
                '[{"Get": {"TableName": "things", "Key": {"id": {"S": "a"}}}},
                  {"Get": {"TableName": "things", "Key": {"id": {"S": "c"}}}}]'
            store query --table-name things --key-condition-expression 'id = :id' \\
                --expression-attribute-values '{":id": {"S": "c"}}' --query 'Items[].count.N'
            store scan --table-name things --query 'sort(Items[].id.S)'
            store delete-item --table-name things --key '{"id": {"S": "a"}}' \\
                --return-values ALL_OLD --query Attributes.count.N
            store delete-table --table-name things --query TableDescription.TableName
            store list-tables --query 'length(TableNames)'
            """;

    private static final List<String> PRINTED = List.of(
            "things", // create-table
            "ACTIVE", // describe-table
            "things", // list-tables
            "expiresAt", // update-time-to-live
            "ENABLED", // describe-time-to-live
            "1", // get-item, after put-item
            "2", // update-item
            "0", // batch-write-item
            "3", // batch-get-item
            "2\t4", // transact-get-items, after transact-write-items
            "4", // query
            "a\tc", // scan
            "2", // delete-item
            "things", // delete-table
            "0"); // list-tables

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @NeedsAwsCli
    void shouldServeEveryOperationToTheAwsCli() throws Exception {
        try (TableStore store = new TableStore("cli").start()) {
            ProcessBuilder builder =
                    new ProcessBuilder("bash", "-euo", "pipefail", "-c", SCRIPT).redirectErrorStream(true);
            builder.environment()
                    .putAll(Map.of(
                            "AWS_ACCESS_KEY_ID",
                            "local",
                            "AWS_SECRET_ACCESS_KEY",
                            "local",
                            "AWS_PAGER",
                            "",
                            "STORE_URL",
                            store.endpoint()));
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output.lines()).containsExactlyElementsOf(PRINTED);
        }
    }
}
