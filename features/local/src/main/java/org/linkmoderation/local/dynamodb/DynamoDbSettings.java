package org.linkmoderation.local.dynamodb;

import java.nio.file.Path;

/**
 * What a process of DynamoDB Local needs to know.
 *
 * @param port where to listen on loopback
 * @param directory where the database is kept; created if there is none
 * @param log the file that its output goes to; begun anew above 10 MB, the one before is kept
 * @param heapMegabytes the limit of its Java heap
 */
record DynamoDbSettings(int port, Path directory, Path log, int heapMegabytes) {}
