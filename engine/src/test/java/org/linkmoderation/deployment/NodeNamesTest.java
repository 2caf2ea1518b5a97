package org.linkmoderation.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.NodeIdFactory;
import org.junit.jupiter.api.Test;

class NodeNamesTest {
    @Test
    void shouldNameEachCallAfterTheRouteAndKeepTheNamesApart() throws Exception {
        assertThat(names(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:diagram")
                                .routeId("diagram")
                                .to("direct:CheckSafety")
                                .to("direct:Reject")
                                .toF("direct:%s", "Reject")
                                .to("direct:Activate")
                                .id("own");
                        from("direct:CheckSafety").routeId("CheckSafety").log("checked");
                        from("direct:Reject").routeId("Reject").log("rejected");
                        from("direct:Activate").routeId("Activate").log("active");
                    }
                }))
                .containsExactly("CheckSafety", "Reject", "Reject-2", "own");
    }

    @Test
    void shouldNameOtherNodesAfterTheirRouteAndWhatTheyDo() throws Exception {
        assertThat(names(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:diagram")
                                .routeId("diagram")
                                .doTry()
                                .to("log:table")
                                .doCatch(IllegalStateException.class)
                                .process(exchange -> {})
                                .end()
                                .process(exchange -> {})
                                .to("log:elsewhere");
                    }
                }))
                .containsExactly(
                        "diagram.doTry",
                        "diagram.to",
                        "diagram.doCatch",
                        "diagram.process",
                        "diagram.process-2",
                        "diagram.to-2");
    }

    /** The names of the nodes of route {@code diagram}, from top to bottom. */
    private static List<String> names(RouteBuilder routes) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getCamelContextExtension().addContextPlugin(NodeIdFactory.class, new NodeNames());
            context.addRoutes(routes);
            context.start();
            RouteDefinition diagram = context.getRouteDefinition("diagram");
            assertThat(diagram.getInput().getId()).isEqualTo("diagram.from");
            List<String> names = new ArrayList<>();
            add(diagram.getOutputs(), names);
            return names;
        }
    }

    private static void add(List<ProcessorDefinition<?>> nodes, List<String> names) {
        for (ProcessorDefinition<?> node : nodes) {
            names.add(node.getId());
            add(node.getOutputs(), names);
        }
    }
}
