package org.linkmoderation.local.dynamodb.operation;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes the members of a response. */
@FunctionalInterface
interface Output {

    /** A response without members. */
    Output NOTHING = json -> {};

    void write(JsonGenerator json) throws IOException;
}
