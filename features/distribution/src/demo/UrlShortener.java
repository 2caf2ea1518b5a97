import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.ActiveMQConnectionFactory;

/**
 * What a URL shortener does with Link Moderation, for the demonstration: it puts a link in status pending, asks for its moderation
 * by JMS, and reads the link's status. Run from its source with the ActiveMQ client on the class path.
 */
public final class UrlShortener {
    /** The table store takes any access key. */
    private static final String AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,"
            + " SignedHeaders=host, Signature=0";

    private static final Pattern STATUS = Pattern.compile("\"status\":\\{\"S\":\"([^\"]*)\"");

    private UrlShortener() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "put" -> put(args[1], args[2], args[3]);
            case "status" -> System.out.println(status(args[1], args[2]));
            case "domain" -> System.out.println(domain(args[1], args[2]));
            case "send" -> send(args[1], args[2], args[3], args[4]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void put(String endpoint, String code, String url) throws Exception {
        dynamoDb(endpoint, "PutItem", String.format(
                "{\"TableName\":\"url-shortener\",\"Item\":{\"PK\":{\"S\":\"LINK#%s\"},\"SK\":{\"S\":\"META\"},"
                        + "\"url\":{\"S\":\"%s\"},\"status\":{\"S\":\"pending\"}}}",
                code, url));
    }

    private static String status(String endpoint, String code) throws Exception {
        Matcher status = STATUS.matcher(dynamoDb(endpoint, "GetItem", String.format(
                "{\"TableName\":\"url-shortener\",\"ConsistentRead\":true,"
                        + "\"Key\":{\"PK\":{\"S\":\"LINK#%s\"},\"SK\":{\"S\":\"META\"}}}",
                code)));
        return status.find() ? status.group(1) : "missing";
    }

    /** Of the sale of domains. */
    private static String domain(String endpoint, String name) throws Exception {
        Matcher status = STATUS.matcher(dynamoDb(endpoint, "GetItem", String.format(
                "{\"TableName\":\"custom-domains\",\"ConsistentRead\":true,"
                        + "\"Key\":{\"PK\":{\"S\":\"DOMAIN#%s\"},\"SK\":{\"S\":\"META\"}}}",
                name)));
        return status.find() ? status.group(1) : "free";
    }

    private static String dynamoDb(String endpoint, String operation, String body) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(endpoint))
                                .header("Content-Type", "application/x-amz-json-1.0")
                                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                                .header("Authorization", AUTHORIZATION)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(operation + " was answered with " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** The user and the password come by the environment: arguments can be seen by every user of the machine. */
    private static void send(String broker, String queue, String executionName, String input) {
        ConnectionFactory factory = new ActiveMQConnectionFactory(
                System.getenv("BROKER_USER"), System.getenv("BROKER_PASSWORD"), broker);
        try (JMSContext session = factory.createContext()) {
            session.createProducer()
                    .setProperty("ExecutionName", executionName)
                    .send(session.createQueue(queue), input);
        }
    }
}
