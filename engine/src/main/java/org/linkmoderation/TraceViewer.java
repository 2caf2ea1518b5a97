package org.linkmoderation;

import java.net.URI;

/** The web site that shows traces. There is none unless traces are switched on and its URL is set. */
public interface TraceViewer {
    /**
     * The http or https URL of the page of a trace.
     *
     * @param traceId the id of the trace, 32 hexadecimal digits
     */
    URI page(String traceId);
}
