package org.linkmoderation.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.linkmoderation.ExecutionId;

/** The execution that an exchange of a state machine's routes belongs to. */
public interface CurrentExecution {
    /** The exchange property that holds it; each exchange in a state machine has it. */
    String PROPERTY = "org.linkmoderation.execution";

    /** The execution that an exchange belongs to. */
    static CurrentExecution of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, CurrentExecution.class);
    }

    /** What identifies the execution. */
    ExecutionId id();

    /** The execution's name. */
    String name();

    /** The execution's input as it is journaled, a JSON document. */
    String input();

    /** The execution's input as it is journaled, read. */
    default JsonNode inputDocument() {
        return JsonDocument.read(input());
    }

    /** The input as the request of this run brought it: with what is not journaled. */
    String receivedInput();

    /** When the execution started, to the millisecond; the same in each of its runs. */
    Instant startDate();

    /** The present time, to the millisecond. */
    Instant now();
}
