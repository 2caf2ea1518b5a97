package org.linkmoderation.trigger;

import static org.apache.camel.LoggingLevel.WARN;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFileFilter;
import org.linkmoderation.ExecutionType;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import org.linkmoderation.component.PrivateFiles;
import org.linkmoderation.component.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trigger by file drop: each file of the inbox becomes requests in the queue. A good file moves to {@code done}, a
 * bad one to {@code failed} beside a text with the reason; a file whose requests could not all be sent stays, and is
 * tried again. What is no regular file goes to {@code failed} unread ({@link DroppedFile}).
 *
 * <p>A file with one JSON document or an array of them is read twice: first it is checked from end to end, then its
 * requests are sent, so that of a bad file none is. Of a file with a document a line ({@link RequestLines}) each line
 * stands for itself: the file moves to {@code done}, and the lines that can't become requests go to a file of the same
 * name in {@code failed}.
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

    /** The file's name as a log may have it: who drops a file chooses it. */
    private static final String SHOWN_NAME = "shownName";

    /** A poll holds 2 KB of memory for each file: 200 MB for 100,000, were there no limit. */
    private static final int FILES_PER_POLL = 5_000;

    private final Requests requests;
    private final RequestSender sender;
    private final File folder;
    private final Aside aside;
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
        this.aside = new Aside(this.folder.toPath());
        this.routeId = routeId;
        this.minAge = settings.inboxMinAge();
        this.type = type;
    }

    // @formatter:off
    @Override
    public void configure() throws IOException {
        PrivateFiles.createDirectories(folder.toPath());
        getContext().getRegistry().bind(routeId + ".mayBeRead", mayBeRead());

        onException(InvalidRequestException.class)
            .handled(true)
            .setProperty(VERDICT, constant(Aside.FAILED))
            .log("File ${exchangeProperty.shownName} is refused: ${exception.message}")
            .process(this::explain).id(routeId + ".explain");

        onException(Exception.class)
            .logExhausted(false)
            .log(WARN, "File ${exchangeProperty.shownName} waits: ${exception.message}");

        fromF("file:%s?readLock=changed&readLockMinAge=%d&readLockMinLength=0&readLockMarkerFile=false&readLockLoggingLevel=DEBUG"
                + "&delay=500&maxMessagesPerPoll=%d&backoffErrorThreshold=1&backoffMultiplier=20"
                // So that the filter is asked for directories, too, and refuses each
                + "&recursive=true&filter=#%s.mayBeRead&move=../${exchangeProperty.%s}/${exchangeProperty.%s}",
                folder, minAge.toMillis(), FILES_PER_POLL, routeId, VERDICT, ASIDE)
            .routeId(routeId)
            .process(Inbox::noteName).id(routeId + ".noteName")
            .setProperty(VERDICT, constant(Aside.DONE))
            .process(this::send).id(routeId + ".send")
            .log("File ${exchangeProperty.shownName}: ${body} requests sent");
    }
    // @formatter:on

    /** Asked for each entry before anything else: what is no file to be read goes aside at once. */
    private GenericFileFilter<File> mayBeRead() {
        return candidate -> {
            Path entry = candidate.getFile().toPath();
            try {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    return false;
                }
                Optional<String> fault = DroppedFile.fault(entry);
                if (fault.isPresent()) {
                    aside.refuse(entry, fault.get());
                    LOG.warn("File {} is refused: {}", shownName(entry), fault.get());
                }
                return fault.isEmpty();
            } catch (IOException e) {
                LOG.debug("File {} can't be looked at", entry, e);
                return false;
            }
        };
    }

    private static void noteName(Exchange exchange) {
        exchange.setProperty(SHOWN_NAME, shownName(file(exchange)));
    }

    private static String shownName(Path file) {
        return VisibleText.of(file.getFileName().toString());
    }

    private static Path file(Exchange exchange) {
        return exchange.getMessage().getBody(File.class).toPath();
    }

    private void explain(Exchange exchange) throws IOException {
        aside.explain(
                file(exchange),
                exchange.getProperty(ASIDE, String.class),
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class).getMessage());
    }

    private void send(Exchange exchange) throws InvalidRequestException, IOException {
        Path file = file(exchange);
        exchange.setProperty(ASIDE, aside.nameOf(file));
        DroppedFile.check(file);
        RequestBatch batch = new RequestBatch(sender);
        if (RequestLines.areIn(file)) {
            sendLines(file, batch, exchange.getProperty(ASIDE, String.class));
            if (batch.sent() == 0) {
                exchange.setProperty(VERDICT, Aside.FAILED);
            }
        } else {
            sendDocuments(file, batch);
        }
        aside.existing(exchange.getProperty(VERDICT, String.class));
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
        try (InputStream content = new BufferedInputStream(DroppedFile.open(file))) {
            return RequestReader.documents(content, documents);
        }
    }

    private void sendLines(Path file, RequestBatch batch, String name) throws InvalidRequestException, IOException {
        Requests.checkName(name(file, 1, 2));
        String source = source(file);
        try (RequestLines lines = new RequestLines(file);
                BrokenLines broken = new BrokenLines(aside.folder(Aside.FAILED).resolve(name))) {
            for (long number = 1; lines.next(); number++) {
                try {
                    batch.add(line(lines, name(file, number, 2), source + number));
                } catch (InvalidRequestException e) {
                    broken.add(lines, shownName(file) + ": " + e.getMessage());
                }
            }
            batch.send();
            if (broken.count() > 0) {
                LOG.warn(
                        "File {}: {} of its lines are refused, see {}",
                        shownName(file),
                        broken.count(),
                        aside.folder(Aside.FAILED));
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
