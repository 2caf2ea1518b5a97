package org.linkmoderation.deployment;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * The fingerprint of a definition: of its routes, their nodes and the names of these, whatever the settings are. Two
 * containers that run the same version have the same.
 */
final class Fingerprint {
    private static final int CHARACTERS = 16;

    private Fingerprint() {}

    /** The fingerprint of the routes of a context, {@value #CHARACTERS} hexadecimal digits. */
    static String of(CamelContext context) {
        StringBuilder text = new StringBuilder();
        ((ModelCamelContext) context)
                .getRouteDefinitions().stream()
                        .sorted(Comparator.comparing(RouteDefinition::getRouteId))
                        .forEach(route -> {
                            text.append(route.getRouteId()).append('\n');
                            route.getOutputs().forEach(node -> add(node, text));
                        });
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void add(NamedNode node, StringBuilder text) {
        text.append(node.getShortName()).append(' ').append(node.getId()).append('\n');
        if (node instanceof ProcessorDefinition<?> processor) {
            processor.getOutputs().forEach(child -> add(child, text));
        }
    }
}
