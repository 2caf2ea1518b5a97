package org.linkmoderation.aws;

import org.linkmoderation.ServiceCheck;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The check whether a table is there, which says what keeps it: the local table store, or DynamoDB in a region. */
public final class TableCheck {
    /** The region in the ARNs of the local table store, which is none of AWS's. */
    private static final String LOCAL = "local";

    private static final int REGION = 3;

    private TableCheck() {}

    /**
     * A check of a table.
     *
     * @param table its name
     * @param dynamoDb asks
     */
    public static ServiceCheck of(String table, DynamoDbClient dynamoDb) {
        return new ServiceCheck(
                "DynamoDB, table " + table,
                () -> detail(dynamoDb.describeTable(request -> request.tableName(table))
                        .table()));
    }

    private static String detail(TableDescription table) {
        String[] arn = String.valueOf(table.tableArn()).split(":");
        String region = arn.length > REGION ? arn[REGION] : "unknown";
        return "table is " + table.tableStatusAsString()
                + (region.equals(LOCAL) ? " in the local table store" : " in region " + region);
    }
}
