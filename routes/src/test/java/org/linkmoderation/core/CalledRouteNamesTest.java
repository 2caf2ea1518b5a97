package org.linkmoderation.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.NodeIdFactory;
import org.junit.jupiter.api.Test;

class CalledRouteNamesTest {
    @Test
    void shouldNameEachCallAfterTheRouteAndKeepTheNamesApart() throws Exception {
        List<String> names = new ArrayList<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getCamelContextExtension().addContextPlugin(NodeIdFactory.class, new CalledRouteNames());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:diagram")
                            .routeId("diagram")
                            .to("direct:CheckSafety")
                            .to("direct:Reject")
                            .toF("direct:%s", "Reject")
                            .to("direct:Activate")
                            .id("own")
                            .to("log:elsewhere");
                    from("direct:CheckSafety").routeId("CheckSafety").log("checked");
                    from("direct:Reject").routeId("Reject").log("rejected");
                    from("direct:Activate").routeId("Activate").log("active");
                }
            });
            context.start();
            RouteDefinition diagram = context.getRouteDefinition("diagram");
            for (ProcessorDefinition<?> node : diagram.getOutputs()) {
                names.add(node.getId());
            }
        }

        assertThat(names).startsWith("CheckSafety", "Reject", "Reject-2", "own").hasSize(5);
        assertThat(names.get(4)).matches("to[0-9]+");
    }
}
