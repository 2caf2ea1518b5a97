package org.linkmoderation;

/**
 * Is told what happens to the executions of this container: registered as an OSGi service, it is called from then on.
 * Metrics and traces are made of it.
 */
@FunctionalInterface
public interface ExecutionListener {
    /**
     * Takes note of an event. The calls come on the threads that run the executions, many at once: they must not block.
     * An exception is logged, and harms no execution.
     */
    void on(ExecutionEvent event);
}
