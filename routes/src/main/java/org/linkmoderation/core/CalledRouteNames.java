package org.linkmoderation.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.NamedNode;
import org.apache.camel.impl.engine.DefaultNodeIdFactory;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.NodeIdFactory;

/**
 * Names a node that calls another route after that route, so that consoles and statistics show the states by the names
 * that the state diagram has: {@code CheckSafety} instead of {@code to1}. A route that is called by several nodes has a
 * number behind its name from the second on. Other nodes have Camel's names.
 */
final class CalledRouteNames implements NodeIdFactory {
    private static final String CALL = "direct:";

    private final NodeIdFactory others = new DefaultNodeIdFactory();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    @Override
    public String createId(NamedNode node) {
        if (node instanceof ToDefinition to
                && to.getUri() != null
                && to.getUri().startsWith(CALL)) {
            String route = to.getUri().substring(CALL.length());
            int call =
                    calls.computeIfAbsent(route, first -> new AtomicInteger()).incrementAndGet();
            return call == 1 ? route : route + "-" + call;
        }
        return others.createId(node);
    }
}
