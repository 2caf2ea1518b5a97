package org.linkmoderation.deployment;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.NamedNode;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.NodeIdFactory;

/**
 * Names the nodes of routes that have no name of their own, so that consoles and statistics show them by the names that
 * the state diagram has: a node that calls another route is named after that route, {@code CheckSafety} instead of
 * {@code to1}; any other after its route and what it does, {@code Activate.process} or {@code updateLink.UpdateItem}. A
 * name that is there already gets a number after it.
 */
final class NodeNames implements NodeIdFactory {
    private static final String CALL = "direct:";
    private static final Pattern OPERATION = Pattern.compile("[?&]operation=(\\w+)");

    private final Map<String, AtomicInteger> uses = new ConcurrentHashMap<>();

    @Override
    public String createId(NamedNode node) {
        String name = name(node);
        int use = uses.computeIfAbsent(name, first -> new AtomicInteger()).incrementAndGet();
        return use == 1 ? name : name + "-" + use;
    }

    private static String name(NamedNode node) {
        String what = node.getShortName();
        if (node instanceof ToDefinition to && to.getUri() != null) {
            if (to.getUri().startsWith(CALL)) {
                return to.getUri().substring(CALL.length());
            }
            Matcher operation = OPERATION.matcher(to.getUri());
            what = operation.find() ? operation.group(1) : what;
        }
        String route = ProcessorDefinitionHelper.getRouteId(node);
        return route == null ? what : route + "." + what;
    }
}
