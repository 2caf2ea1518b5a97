package org.linkmoderation;

import org.apache.camel.CamelContext;

/** Traces what the routes of a Camel context do. There is none unless its feature is installed and switched on. */
public interface ContextTracing {
    /** Traces a context from its start on; called before its routes are added. */
    void trace(CamelContext context);
}
