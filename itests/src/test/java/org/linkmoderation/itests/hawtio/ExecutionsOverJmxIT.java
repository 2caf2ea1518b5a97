package org.linkmoderation.itests.hawtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.remote.JMXConnector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;

/** The MBean of the executions from another process, that has no class of ours, as users of each role. */
class ExecutionsOverJmxIT {
    private static final String ROUTE = "org.apache.camel:context=moderation,type=routes,name=\"Reject\"";

    private static ModerationNode node;
    private static ObjectName executions;
    private static String viewer;
    private static String manager;

    @BeforeAll
    static void start() throws JMException {
        node = ModerationNode.shared();
        executions = new ObjectName("org.linkmoderation:type=Executions");
        viewer = node.karaf().user("viewer", "viewer");
        manager = node.karaf().user("manager", "manager,viewer");
        node.karaf()
                .await(
                        "the table of executions",
                        ModerationNode.EXECUTION,
                        () -> node.karaf().shell("moderation:list").succeeded());
    }

    @Test
    void shouldStartAnExecutionAndShowItToAViewer() throws Exception {
        node.links().putPending("jmx-1", "https://example.org/jmx-1");
        long before = (Long) node.karaf().mbeanAttribute(executions.toString(), "Succeeded");
        try (JMXConnector connector = node.karaf().jmx("manager", manager)) {
            Object name = invoke(
                    connector, "start", "", "jmx-1", "{\"code\": \"jmx-1\", \"url\": \"https://example.org/jmx-1\"}");
            assertThat(name).isEqualTo("jmx-1");
        }
        node.awaitEnd("jmx-1");

        try (JMXConnector connector = node.karaf().jmx("viewer", viewer)) {
            assertThat(json(invoke(connector, "describe", "", "jmx-1"))
                            .path("status")
                            .asText())
                    .isEqualTo("SUCCEEDED");
            assertThat(json(invoke(connector, "history", "", "jmx-1")).path("events"))
                    .extracting(event -> event.path("type").asText())
                    .contains("ExecutionStarted", "LambdaFunctionSucceeded", "ExecutionSucceeded");
            assertThat(json(invoke(connector, "list", "", "SUCCEEDED", "jmx-", 10, ""))
                            .path("executions"))
                    .extracting(execution -> execution.path("name").asText())
                    .contains("jmx-1");
            assertThat(json(invoke(connector, "countByStatus", ""))
                            .path("SUCCEEDED")
                            .asInt())
                    .isPositive();
            assertThat(json(invoke(connector, "status")).path("ok").asBoolean()).isTrue();
            assertThat(json(invoke(connector, "deadLetters", "", 5)).has("deadLetters"))
                    .isTrue();
            assertThat((Long) connector.getMBeanServerConnection().getAttribute(executions, "Succeeded"))
                    .isGreaterThan(before);
        }
    }

    @Test
    void shouldRefuseAViewerWhatChangesSomething() throws Exception {
        try (JMXConnector connector = node.karaf().jmx("viewer", viewer)) {
            assertThatThrownBy(() -> invoke(connector, "stop", "", "jmx-2", "", ""))
                    .isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> invoke(connector, "redrive", "", "jmx-2")).isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> invoke(connector, "start", "", "jmx-2", "{}"))
                    .isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> invoke(connector, "resend", "", "ID:1")).isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> invoke(connector, "approve", "", "jmx-2", ""))
                    .isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> invoke(connector, "reject", "", "jmx-2", "no"))
                    .isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> connector
                            .getMBeanServerConnection()
                            .invoke(new ObjectName(ROUTE), "stop", new Object[0], new String[0]))
                    .isInstanceOf(SecurityException.class);
        }
        assertThat(node.karaf().mbeanAttribute(ROUTE, "State")).isEqualTo("Started");
    }

    @Test
    void shouldShowTheSettingsWithTheirPasswordsToAnAdministratorOnly() throws Exception {
        Object[] pid = {"org.linkmoderation.broker"};
        String[] signature = {String.class.getName()};
        Map<ObjectName, String> readers = Map.of(
                only("org.apache.karaf:type=config,*"), "listProperties",
                only("osgi.compendium:service=cm,*"), "getProperties");
        try (JMXConnector connector = node.karaf().jmx("manager", manager)) {
            readers.forEach((mbean, operation) -> assertThatThrownBy(
                            () -> connector.getMBeanServerConnection().invoke(mbean, operation, pid, signature))
                    .as(mbean.toString())
                    .isInstanceOf(SecurityException.class));
        }
        for (Map.Entry<ObjectName, String> reader : readers.entrySet()) {
            assertThat(node.karaf().mbeanServer().invoke(reader.getKey(), reader.getValue(), pid, signature))
                    .as(reader.toString())
                    .isNotNull();
        }
    }

    @Test
    void shouldLetAManagerStopAndStartARouteAndNotChangeIt() throws Exception {
        try (JMXConnector connector = node.karaf().jmx("manager", manager)) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ObjectName route = new ObjectName(ROUTE);
            server.invoke(route, "stop", new Object[0], new String[0]);
            assertThat(server.getAttribute(route, "State")).isEqualTo("Stopped");
            server.invoke(route, "start", new Object[0], new String[0]);
            assertThat(server.getAttribute(route, "State")).isEqualTo("Started");
            assertThatThrownBy(() -> server.invoke(
                            route, "updateRouteFromXml", new Object[] {"<route/>"}, new String[] {String.class.getName()
                            }))
                    .isInstanceOf(SecurityException.class);
        }
    }

    @Test
    void shouldNameEveryNodeOfTheDiagrams() {
        assertThat(node.karaf().routeNodes("moderation"))
                .contains("CheckSafety", "IsSafe", "Activate.setStatus", "updateLink.UpdateItem")
                .noneMatch(KarafNode.GENERATED_NAME.asMatchPredicate());
    }

    @Test
    void shouldRefuseWhoHasNoPassword() {
        assertThatThrownBy(() -> node.karaf().jmx("viewer", UUID.randomUUID().toString()))
                .isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> node.karaf().jmx("karaf", "karaf")).isInstanceOf(SecurityException.class);
    }

    @Test
    void shouldAnswerWhatCanNotBeDoneWithASentence() throws Exception {
        try (JMXConnector connector = node.karaf().jmx("manager", manager)) {
            RuntimeMBeanException refused = catchThrowableOfType(
                    RuntimeMBeanException.class, () -> invoke(connector, "stop", "", "no-such-execution", "", ""));

            assertThat(refused.getTargetException())
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("There is no execution 'no-such-execution' of state machine 'moderation'");
        }
    }

    private static ObjectName only(String pattern) throws IOException, JMException {
        return node.karaf()
                .mbeanServer()
                .queryNames(new ObjectName(pattern), null)
                .iterator()
                .next();
    }

    private static Object invoke(JMXConnector connector, String operation, Object... arguments)
            throws IOException, JMException {
        String[] signature = Arrays.stream(arguments)
                .map(argument -> argument instanceof Integer ? "int" : String.class.getName())
                .toArray(String[]::new);
        return connector.getMBeanServerConnection().invoke(executions, operation, arguments, signature);
    }

    private static JsonNode json(Object answer) throws JsonProcessingException {
        return new ObjectMapper().readTree((String) answer);
    }
}
