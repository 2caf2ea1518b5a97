package org.linkmoderation.rescan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.StartRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How far the rescan of all links has come: the input of its executions and the output of their states.
 *
 * @param batch what the names of the rescans begin with; empty in the input of the first execution, whose name it is
 * @param listVersion links that were scanned with these lists are left out; empty for none
 * @param part which execution of the batch it is, counted from 1
 * @param page how many pages this execution has asked for
 * @param pageRead how many links the last page had; 0 where there was no room for any
 * @param read how many links were read, active or not
 * @param started how many rescans were started
 * @param refused how many links can never be scanned
 * @param after the key of the last link that was read; empty at the start
 * @param next what is to be done next
 */
record Position(
        String batch,
        String listVersion,
        int part,
        int page,
        int pageRead,
        long read,
        long started,
        long refused,
        Map<String, String> after,
        Next next) {
    /** What comes after a page. */
    enum Next {
        /** Another page. */
        PAGE,
        /** Another execution goes on, for the history of this one is long. */
        PART,
        /** Nothing: all links were read. */
        END
    }

    private static final Set<String> MEMBERS =
            Set.of("batch", "listVersion", "part", "page", "pageRead", "read", "started", "refused", "after", "next");
    private static final Pattern LIST_VERSION = Pattern.compile("\\S{0,100}");

    Position {
        after = new TreeMap<>(after);
    }

    /**
     * Checks the input of an execution.
     *
     * @throws InvalidRequestException if it is no position
     */
    static void check(JsonNode input) throws InvalidRequestException {
        if (!input.isObject()) {
            throw new InvalidRequestException("the input is no JSON object; expected {}");
        }
        for (Iterator<String> names = input.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!MEMBERS.contains(name)) {
                throw new InvalidRequestException("the input has a member '" + StartRequest.abbreviate(name)
                        + "'; expected {}, or {\"listVersion\": \"…\"}");
            }
        }
        if (input.has("batch")) {
            StartRequest.checkName(input.path("batch").asText());
        }
        if (input.has("listVersion")
                && !(input.path("listVersion").isTextual()
                        && LIST_VERSION
                                .matcher(input.path("listVersion").textValue())
                                .matches())) {
            throw new InvalidRequestException(
                    "'listVersion' is no version of lists; expected a text of at most 100 characters without blanks");
        }
    }

    /** Reads a position. */
    static Position of(JsonNode json) {
        Map<String, String> after = new TreeMap<>();
        json.path("after")
                .properties()
                .forEach(key -> after.put(key.getKey(), key.getValue().asText()));
        return new Position(
                json.path("batch").asText(""),
                json.path("listVersion").asText(""),
                json.path("part").asInt(1),
                json.path("page").asInt(0),
                json.path("pageRead").asInt(0),
                json.path("read").asLong(0),
                json.path("started").asLong(0),
                json.path("refused").asLong(0),
                after,
                Next.valueOf(json.path("next").asText(Next.PAGE.name())));
    }

    /** This position as a document. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("batch", batch);
        if (!listVersion.isEmpty()) {
            json.put("listVersion", listVersion);
        }
        json.put("part", part)
                .put("page", page)
                .put("pageRead", pageRead)
                .put("read", read)
                .put("started", started)
                .put("refused", refused);
        if (!after.isEmpty()) {
            ObjectNode key = json.putObject("after");
            after.forEach(key::put);
        }
        return json.put("next", next.name());
    }

    /** The key that a page starts after, as DynamoDB takes it; empty at the start. */
    Optional<Map<String, AttributeValue>> startKey() {
        if (after.isEmpty()) {
            return Optional.empty();
        }
        Map<String, AttributeValue> key = new TreeMap<>();
        after.forEach((name, value) -> key.put(name, AttributeValue.fromS(value)));
        return Optional.of(key);
    }

    /** In a batch of this name, unless it has one. */
    Position inBatch(String name) {
        return batch.isEmpty()
                ? new Position(name, listVersion, part, page, pageRead, read, started, refused, after, next)
                : this;
    }

    /** After a page for which there was no room. */
    Position waited(Next then) {
        return new Position(batch, listVersion, part, page + 1, 0, read, started, refused, after, then);
    }

    /**
     * After a page.
     *
     * @param links how many links it had
     * @param scans how many rescans were started
     * @param invalid how many links can't be scanned
     * @param last the key of the last link; empty if there are no more
     */
    Position advanced(int links, int scans, int invalid, Map<String, String> last, Next then) {
        return new Position(
                batch,
                listVersion,
                part,
                page + 1,
                links,
                read + links,
                started + scans,
                refused + invalid,
                last,
                then);
    }

    /** The start of the next execution of the batch. */
    Position nextPart() {
        return new Position(batch, listVersion, part + 1, 0, 0, read, started, refused, after, Next.PAGE);
    }
}
