package org.linkmoderation.trigger;

import static org.apache.camel.LoggingLevel.WARN;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trigger by file drop: each file of the inbox becomes requests in the queue. A good file moves to {@code done}, a
 * bad one to {@code failed} beside a text with the reason; a file whose requests could not all be sent stays, and is
 * tried again.
 *
 * <p>A file with one JSON document or an array of them is read twice: first it is checked from end to end, then its
 * requests are sent, so that of a bad file none is. Of a file with a document a line ({@link RequestLines}) each line
 * stands for itself: the file moves to {@code done}, and the lines that can't become requests stand in a file of the
 * same name in {@code failed}.
 *
 * <p>The one request of a file is named like the file; of several, each has its number added. Their ids are made from
 * the file, so that requests that are sent twice are executed once.
 */
public final class Inbox extends RouteBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    /** The folder that the file moves to, beside the inbox. */
    private static final String VERDICT = "verdict";

    /** What the file is called there. */
    private static final String ASIDE = "aside";

    /** A poll holds 2 KB of memory for each file: 200 MB for 100,000, were there no limit. */
    private static final int FILES_PER_POLL = 5_000;

    private static final String DONE = "done";
    private static final String FAILED = "failed";

    /** When the file was last changed: the same if it is tried again. */
    private static final String STAMP = "${date:file:yyyyMMdd-HHmmss-SSS}";

    private final Requests requests;
    private final RequestSender sender;
    private final File folder;
    private final File failed;
    private final String routeId;
    private final Duration minAge;
    private final ExecutionType type;

    /**
     * @param requests what becomes a request
     * @param sender sends requests to the queue
     * @param settings the inbox, which is made if it is missing, and how long a file must be unchanged
     * @param routeId the name of the route
     * @param type what is promised of the executions
     */
    public Inbox(
            Requests requests, RequestSender sender, TriggerSettings settings, String routeId, ExecutionType type) {
        this.requests = requests;
        this.sender = sender;
        this.folder = settings.inbox().getAbsoluteFile();
        this.failed = new File(this.folder.getParentFile(), FAILED);
        this.routeId = routeId;
        this.minAge = settings.inboxMinAge();
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
            .toF("file:%s?fileName=${exchangeProperty.%s}.error", failed, ASIDE);

        onException(Exception.class)
            .logExhausted(false)
            .log(WARN, "File ${file:name} waits: ${exception.message}");

        fromF("file:%s?readLock=changed&readLockMinAge=%d&readLockMinLength=0&readLockMarkerFile=false&readLockLoggingLevel=DEBUG"
                + "&delay=500&maxMessagesPerPoll=%d&backoffErrorThreshold=1&backoffMultiplier=20"
                + "&move=../${exchangeProperty.%s}/${exchangeProperty.%s}",
                folder, minAge.toMillis(), FILES_PER_POLL, VERDICT, ASIDE)
            .routeId(routeId)
            .setProperty(VERDICT, constant(DONE))
            .setProperty(ASIDE, simple(STAMP + "-${file:name}"))
            .process(this::send).id(routeId + ".send")
            .log("File ${file:name}: ${body} requests sent");
    }
    // @formatter:on

    private void send(Exchange exchange) throws InvalidRequestException, IOException {
        Path file = exchange.getMessage().getBody(File.class).toPath();
        RequestBatch batch = new RequestBatch(sender);
        if (RequestLines.areIn(file)) {
            sendLines(file, batch, exchange.getProperty(ASIDE, String.class));
            if (batch.sent() == 0) {
                exchange.setProperty(VERDICT, FAILED);
            }
        } else {
            sendDocuments(file, batch);
        }
        exchange.getMessage().setBody(batch.sent());
    }

    private void sendDocuments(Path file, RequestBatch batch) throws InvalidRequestException, IOException {
        long total = documents(file, (number, document) -> requests.of("check", "check", type, document));
        Requests.checkName(name(file, total, total));
        String source = source(file);
        documents(
                file,
                (number, document) ->
                        batch.add(requests.of(name(file, number, total), source + number, type, document)));
        batch.send();
    }

    private static long documents(Path file, RequestReader.Documents documents)
            throws InvalidRequestException, IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return RequestReader.documents(content, documents);
        }
    }

    private void sendLines(Path file, RequestBatch batch, String aside) throws InvalidRequestException, IOException {
        Requests.checkName(name(file, 1, 2));
        String source = source(file);
        try (RequestLines lines = new RequestLines(file);
                BrokenLines broken = new BrokenLines(failed.toPath().resolve(aside))) {
            for (long number = 1; lines.next(); number++) {
                try {
                    batch.add(line(lines, name(file, number, 2), source + number));
                } catch (InvalidRequestException e) {
                    broken.add(lines, file.getFileName() + ": " + e.getMessage());
                }
            }
            batch.send();
            if (broken.count() > 0) {
                LOG.warn("File {}: {} of its lines are refused, see {}", file.getFileName(), broken.count(), failed);
            }
        }
    }

    private StartRequest line(RequestLines lines, String name, String requestId) throws InvalidRequestException {
        JsonNode document = lines.document();
        try {
            return requests.of(name, requestId, type, document);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException("line " + lines.lineNumber() + ": " + e.getMessage(), e);
        }
    }

    /** The same whenever the file is read again. */
    private static String source(Path file) {
        return "file:" + file.getFileName() + ":" + file.toFile().lastModified() + ":";
    }

    private static String name(Path file, long number, long total) {
        String base = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        return total == 1 ? base : base + "-" + number;
    }
}
