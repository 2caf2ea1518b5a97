package org.linkmoderation.trigger;

import static org.apache.camel.LoggingLevel.WARN;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;

/**
 * The trigger by file drop: each file of the inbox becomes requests in the queue. A file is read twice: first it is
 * checked from end to end, then its requests are sent, so that of a bad file none is. A good file moves to
 * {@code done}, a bad one to {@code failed} beside a text with the reason; a file whose requests could not all be sent
 * stays, and is tried again.
 *
 * <p>The one request of a file is named like the file; of several, each has its number added. Their ids are made from
 * the file, so that requests that are sent twice are executed once.
 */
public final class Inbox extends RouteBuilder {
    /** The folder that the file moves to, beside the inbox. */
    private static final String VERDICT = "verdict";

    /** How many requests are in the file. */
    private static final String TOTAL = "total";

    private static final String DONE = "done";
    private static final String FAILED = "failed";

    /** When the file was last changed: the same if it is tried again. */
    private static final String STAMP = "${date:file:yyyyMMdd-HHmmss-SSS}";

    private final Requests requests;
    private final RequestSender sender;
    private final File folder;
    private final String routeId;
    private final Duration minAge;
    private final ExecutionType type;

    /**
     * @param requests what becomes a request
     * @param sender sends requests to the queue
     * @param folder the inbox; made if it is missing
     * @param routeId the name of the route
     * @param minAge how long a file must be unchanged before it is read
     * @param type what is promised of the executions
     */
    public Inbox(
            Requests requests, RequestSender sender, File folder, String routeId, Duration minAge, ExecutionType type) {
        this.requests = requests;
        this.sender = sender;
        this.folder = folder.getAbsoluteFile();
        this.routeId = routeId;
        this.minAge = minAge;
        this.type = type;
    }

    // @formatter:off
    @Override
    public void configure() {
        onException(InvalidRequestException.class)
            .handled(true)
            .setProperty(VERDICT, constant(FAILED))
            .log("File ${file:name} is refused: ${exception.message}")
            .setBody(simple("${file:name}: ${exception.message}").append("\n"))
            .toF("file:%s?fileName=%s-${file:name}.error", new File(folder.getParentFile(), FAILED), STAMP);

        onException(Exception.class)
            .logExhausted(false)
            .log(WARN, "File ${file:name} waits: ${exception.message}");

        fromF("file:%s?readLock=changed&readLockMinAge=%d&readLockMinLength=0&readLockMarkerFile=false&readLockLoggingLevel=DEBUG"
                + "&delay=500&backoffErrorThreshold=1&backoffMultiplier=20"
                + "&move=../${exchangeProperty.%s}/%s-${file:name}", folder, minAge.toMillis(), VERDICT, STAMP)
            .routeId(routeId)
            .setProperty(VERDICT, constant(DONE))
            .process(this::check)
            .process(this::send)
            .log("File ${file:name}: ${body} requests sent");
    }
    // @formatter:on

    private void check(Exchange exchange) throws InvalidRequestException, IOException {
        File file = exchange.getMessage().getBody(File.class);
        long total;
        try (InputStream content = Files.newInputStream(file.toPath())) {
            total = RequestReader.documents(
                    content, (number, document) -> requests.of("check", "check", type, document));
        }
        Requests.checkName(name(file, total, total));
        exchange.setProperty(TOTAL, total);
    }

    private void send(Exchange exchange) throws InvalidRequestException, IOException {
        File file = exchange.getMessage().getBody(File.class);
        long total = exchange.getProperty(TOTAL, Long.class);
        String source = "file:" + file.getName() + ":" + file.lastModified() + ":";
        try (InputStream content = Files.newInputStream(file.toPath())) {
            RequestReader.documents(
                    content,
                    (number, document) ->
                            sender.send(requests.of(name(file, number, total), source + number, type, document)));
        }
        exchange.getMessage().setBody(total);
    }

    private static String name(File file, long number, long total) {
        String base = file.getName().replaceFirst("\\.[^.]*$", "");
        return total == 1 ? base : base + "-" + number;
    }
}
