package org.linkmoderation.rescan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.linkmoderation.StartRequest;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.rescan.Position.Next;
import org.linkmoderation.states.CurrentExecution;
import org.linkmoderation.states.JsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The pages of the links table, read one after the other, and the rescans that are started for the active links of one.
 * A page has at most as many links as may be in flight besides those that are.
 */
final class LinkPages {
    /** So many pages, waits among them, are one execution: each write to a history rewrites all of it. */
    static final int PER_EXECUTION = 20;

    private static final Logger LOG = LoggerFactory.getLogger(LinkPages.class);
    private static final String LINK = "LINK#";

    private final Scans scans;
    private final int maxInFlight;

    /**
     * @param scans starts rescans
     * @param maxInFlight how many rescans may be in flight
     */
    LinkPages(Scans scans, int maxInFlight) {
        this.scans = scans;
        this.maxInFlight = maxInFlight;
    }

    /** Prepares the read of the next page; the limit is 0 where there is no room. */
    void prepare(Exchange exchange) {
        Position position = Position.of(JsonDocument.bodyOf(exchange));
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        headers.put(Ddb2Constants.LIMIT, maxInFlight - scans.inFlight(maxInFlight));
        headers.remove(Ddb2Constants.START_KEY);
        headers.remove(Ddb2Constants.LAST_EVALUATED_KEY);
        headers.remove(Ddb2Constants.ITEMS);
        position.startKey().ifPresent(key -> headers.put(Ddb2Constants.START_KEY, key));
        headers.put(Ddb2Constants.FILTER_EXPRESSION, "#status = :active AND begins_with(PK, :link) AND SK = :meta");
        headers.put(Ddb2Constants.PROJECT_EXPRESSION, "PK, #url, listVersion");
        headers.put(Ddb2Constants.FILTER_EXPRESSION_ATTRIBUTE_NAMES, Map.of("#status", "status", "#url", "url"));
        headers.put(
                Ddb2Constants.FILTER_EXPRESSION_ATTRIBUTE_VALUES,
                Map.of(
                        ":active", AttributeValue.fromS("active"),
                        ":link", AttributeValue.fromS(LINK),
                        ":meta", AttributeValue.fromS("META")));
    }

    /** Starts the rescans of the page that was read; its body is the position after it. */
    @SuppressWarnings("unchecked")
    void start(Exchange exchange) {
        Position position = Position.of(JsonDocument.bodyOf(exchange))
                .inBatch(CurrentExecution.of(exchange).name());
        Next further = position.page() + 1 < PER_EXECUTION ? Next.PAGE : Next.PART;
        List<Map<String, AttributeValue>> links = exchange.getMessage().getHeader(Ddb2Constants.ITEMS, List.class);
        if (links == null) {
            JsonDocument.set(exchange, position.waited(further).json());
            return;
        }
        int started = 0;
        int refused = 0;
        for (Map<String, AttributeValue> link : links) {
            if (!position.listVersion().isEmpty() && position.listVersion().equals(text(link, "listVersion"))) {
                continue;
            }
            String code = text(link, "PK").substring(LINK.length());
            if (scans.start(position.batch(), code, text(link, "url"))) {
                started++;
            } else {
                refused++;
                LOG.warn(
                        "Link '{}' is active, and can't be scanned: code or URL are invalid",
                        StartRequest.abbreviate(code));
            }
        }
        Map<String, AttributeValue> last = exchange.getMessage().getHeader(Ddb2Constants.LAST_EVALUATED_KEY, Map.class);
        Map<String, String> after = new TreeMap<>();
        if (last != null) {
            last.forEach((name, value) -> after.put(name, value.s()));
        }
        int read = exchange.getMessage().getHeader(Ddb2Constants.SCANNED_COUNT, Integer.class);
        JsonDocument.set(
                exchange,
                position.advanced(read, started, refused, after, after.isEmpty() ? Next.END : further)
                        .json());
    }

    /** Starts the execution that goes on where this one ends. */
    void startNextPart(Exchange exchange) throws TaskFailedException {
        Position next = Position.of(JsonDocument.bodyOf(exchange)).nextPart();
        String name = Scans.name(next.batch(), Integer.toString(next.part()));
        if (!scans.startAll(name, next.json())) {
            throw new TaskFailedException(
                    "Rescan.NameInUse",
                    "The name '" + name + "', under which this batch would go on, is that of another execution.");
        }
        ObjectNode output = next.json().put("continuedBy", name);
        JsonDocument.set(exchange, output);
    }

    private static String text(Map<String, AttributeValue> link, String attribute) {
        return link.containsKey(attribute) && link.get(attribute).s() != null
                ? link.get(attribute).s()
                : "";
    }
}
