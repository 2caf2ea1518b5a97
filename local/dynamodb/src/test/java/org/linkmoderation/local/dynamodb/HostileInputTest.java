package org.linkmoderation.local.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.linkmoderation.local.dynamodb.storage.Database.Acknowledge;
import org.linkmoderation.local.dynamodb.testkit.Client;

@Timeout(300)
class HostileInputTest {

    @TempDir
    private static Path directory;

    private static DynamoDbEndpoint endpoint;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        endpoint = new DynamoDbEndpoint(0, directory, Acknowledge.PROCESS);
        try (var client = Client.of(endpoint.port())) {
            Client.createTable(client);
        }
    }

    @AfterAll
    static void stop() {
        endpoint.close();
    }

    /** Without a date or a signature. */
    private static HttpResponse<String> send(String target, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port()))
                        .header("X-Amz-Target", target)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> call(String operation, String body) throws Exception {
        return send("DynamoDB_20120810." + operation, body.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'} | SerializationException
                    PutItem | | SerializationException
                    PutItem | [] | SerializationException
                    PutItem | {'TableName':7,'Item':{'id':{'S':'1'}}} | SerializationException
                    PutItem | {'TableName':'things','Item':{'id':'1'}} | SerializationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':1}}} | SerializationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'},'b':{'B':'%%'}}} | SerializationException
                    PutItem | {'TableName':'things','Item':[]} | SerializationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'}},'Unknown':1} | ValidationException
                    PutItem | {'TableName':'things','Item':{'id':{'Q':'1'}}} | ValidationException
                    PutItem | {'TableName':'things','Item':{'id':{}}} | ValidationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1','N':'1'}}} | ValidationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'},'n':{'N':'1e999999999'}}} | ValidationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'},'n':{'N':'0x1'}}} | ValidationException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'},'n':{'N':''}}} | ValidationException
                    PutItem | {'TableName':'things'} | ValidationException
                    PutItem | {'TableName':'nothing','Item':{'id':{'S':'1'}}} | ResourceNotFoundException
                    PutItem | {'TableName':'things','Item':{'id':{'S':'1'},'number':{'S':'x'}}} | ValidationException
                    Query | {'TableName':'things','KeyConditionExpression':'id = :v AND id = :v','ExpressionAttributeValues':{':v':{'S':'1'}}} | ValidationException
                    Query | {'TableName':'things','Limit':0,'KeyConditionExpression':'id = :v','ExpressionAttributeValues':{':v':{'S':'1'}}} | ValidationException
                    Query | {'TableName':'things','IndexName':'none','KeyConditionExpression':'id = :v','ExpressionAttributeValues':{':v':{'S':'1'}}} | ValidationException
                    Scan | {'TableName':'things','FilterExpression':'a = '} | ValidationException
                    Scan | {'TableName':'things','FilterExpression':'foo(a)'} | ValidationException
                    Scan | {'TableName':'things','FilterExpression':'a[99999999999999999999] = b'} | ValidationException
                    Scan | {'TableName':'things','ExclusiveStartKey':{'id':{'N':'1'}}} | ValidationException
                    ExecuteStatement | {'Statement':'SELECT 1'} | UnknownOperationException
                    """)
    void shouldAnswerTheDocumentedError(String operation, String body, String type) throws Exception {
        var response = call(operation, body == null ? "" : body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("#" + type + "\"");
    }

    @Test
    void shouldRefuseAnUnknownTarget() throws Exception {
        assertThat(send("Kinesis_20131202.PutRecord", "{}").body()).contains("UnknownOperationException");
    }

    @Test
    void shouldRefuseDeepDocuments() throws Exception {
        var broken = "{'TableName':'things','Item':{'id':{'S':'1'},'d':" + "{'L':[".repeat(100_000);
        assertThat(call("PutItem", broken).body()).contains("SerializationException");
        var whole = "{'TableName':'things','Item':{'id':{'S':'1'},'d':" + "{'L':[".repeat(100_000)
                + "]}".repeat(100_000) + "}}";
        assertThat(call("PutItem", whole).body()).contains("SerializationException");
        var tooDeep =
                "{'TableName':'things','Item':{'id':{'S':'1'},'d':" + "{'L':[".repeat(40) + "]}".repeat(40) + "}}";
        assertThat(call("PutItem", tooDeep).body()).contains("Nesting Levels have exceeded supported limits");
    }

    @Test
    void shouldRefuseDeepExpressions() throws Exception {
        for (var expression : new String[] {
            "(".repeat(2_000) + "a = b" + ")".repeat(2_000), "NOT ".repeat(1_000) + "a = b", "size(".repeat(700) + "a"
        }) {
            assertThat(call("Scan", "{'TableName':'things','FilterExpression':'" + expression + "'}")
                            .body())
                    .contains("ValidationException");
        }
        var wide = IntStream.range(0, 500).mapToObj(i -> "a=b").collect(Collectors.joining(" OR "));
        assertThat(call("Scan", "{'TableName':'things','FilterExpression':'" + wide + "'}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldRefuseAnItemOver400Kilobytes() throws Exception {
        assertThat(call(
                                "PutItem",
                                "{'TableName':'things','Item':{'id':{'S':'1'},'t':{'S':'" + "x".repeat(409_600)
                                        + "'}}}")
                        .body())
                .contains("Item size has exceeded the maximum allowed size");
    }

    @Test
    void shouldForgetARequestThatIsCutOff() throws Exception {
        var body = "{\"TableName\":\"things\",\"Item\":{\"id\":{\"S\":\"cut off\"}}}";
        try (var socket = new Socket("127.0.0.1", endpoint.port())) {
            socket.getOutputStream()
                    .write(("POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\nContent-Length: "
                                    + (body.length() + 1) + "\r\n\r\n" + body)
                            .getBytes(UTF_8));
        }

        assertThat(call("GetItem", "{'TableName':'things','Key':{'id':{'S':'cut off'}}}")
                        .body())
                .isEqualTo("{}");
    }

    @Test
    void shouldAnswerBeside200SlowClients() throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 200; i++) {
                var socket = new Socket("127.0.0.1", endpoint.port());
                sockets.add(socket);
                socket.getOutputStream().write("POST / HTTP/1.1\r\nContent-Le".getBytes(UTF_8));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(call("ListTables", "{}").statusCode()).isEqualTo(200);
            }
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }
}
