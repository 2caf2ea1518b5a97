package org.linkmoderation.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a connector as Karaf has one: its users have the role that they give as their name. */
class ConnectorGuardTest {
    private static final String MLET = "javax.management.loading.MLet";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetOnlyAdminsMakeAndRemoveMBeans(boolean guardedFirst) throws Exception {
        ObjectName made = new ObjectName("test:type=Made");
        JMXConnectorServer before = guardedFirst ? null : connector();
        ConnectorGuard guard = new ConnectorGuard();
        JMXConnectorServer connector = guardedFirst ? connector() : before;
        try (JMXConnector viewer = connect(connector, "viewer");
                JMXConnector admin = connect(connector, "admin")) {
            MBeanServerConnection asViewer = viewer.getMBeanServerConnection();
            assertThatThrownBy(() -> asViewer.createMBean(MLET, made)).isInstanceOf(SecurityException.class);
            assertThat(server.isRegistered(made)).isFalse();

            admin.getMBeanServerConnection().createMBean(MLET, made);
            assertThatThrownBy(() -> asViewer.unregisterMBean(made)).isInstanceOf(SecurityException.class);
            assertThat(asViewer.getAttribute(made, "LibraryDirectory")).isNotNull();
            admin.getMBeanServerConnection().unregisterMBean(made);
            assertThat(server.isRegistered(made)).isFalse();
        } finally {
            guard.close();
            close(connector);
        }
    }

    @Test
    void shouldLeaveAConnectorToTheContainerWhenItIsClosed() throws Exception {
        ObjectName made = new ObjectName("test:type=Made");
        JMXConnectorServer connector = connector();
        new ConnectorGuard().close();
        try (JMXConnector viewer = connect(connector, "viewer")) {
            viewer.getMBeanServerConnection().createMBean(MLET, made);
            viewer.getMBeanServerConnection().unregisterMBean(made);
        } finally {
            close(connector);
        }
    }

    private JMXConnectorServer connector() throws Exception {
        JMXAuthenticator roles = credentials ->
                new Subject(true, Set.of(new RolePrincipal(((String[]) credentials)[0])), Set.of(), Set.of());
        JMXConnectorServer connector = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("rmi", "127.0.0.1", 0), Map.of(JMXConnectorServer.AUTHENTICATOR, roles), server);
        server.registerMBean(connector, new ObjectName("connector:name=test"));
        connector.start();
        return connector;
    }

    private static JMXConnector connect(JMXConnectorServer connector, String role) throws Exception {
        return JMXConnectorFactory.connect(
                connector.getAddress(), Map.of(JMXConnector.CREDENTIALS, new String[] {role, ""}));
    }

    private void close(JMXConnectorServer connector) throws Exception {
        connector.stop();
        server.unregisterMBean(new ObjectName("connector:name=test"));
    }
}
