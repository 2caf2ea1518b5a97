package org.linkmoderation.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The MBeans of a container, from outside. */
final class KarafJmx {

    private static final Pattern NODE = Pattern.compile(" id=\"([^\"]*)\"");

    private final int registryPort = Ports.free();
    private final int serverPort = Ports.free();
    private final String user;
    private final String password;
    private JMXConnector connector;

    KarafJmx(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /** Where the container's RMI registry is to listen. */
    int registryPort() {
        return registryPort;
    }

    /** Where the container's JMX server is to listen. */
    int serverPort() {
        return serverPort;
    }

    /** A connection as a user; to be closed by the caller. */
    JMXConnector connect(String as, String secret) throws IOException {
        JMXServiceURL url = new JMXServiceURL(
                "service:jmx:rmi://127.0.0.1:" + serverPort + "/jndi/rmi://127.0.0.1:" + registryPort + "/karaf-root");
        return JMXConnectorFactory.connect(url, Map.of(JMXConnector.CREDENTIALS, new String[] {as, secret}));
    }

    synchronized MBeanServerConnection server() throws IOException {
        if (connector == null) {
            connector = connect(user, password);
        }
        return connector.getMBeanServerConnection();
    }

    /** The names of the MBeans that match a pattern such as {@code org.apache.camel:*}. */
    Set<String> names(String pattern) {
        try {
            return server().queryNames(new ObjectName(pattern), null).stream()
                    .map(ObjectName::getCanonicalName)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No MBeans " + pattern, e);
        }
    }

    /** An attribute of the one MBean that matches the pattern. */
    Object attribute(String pattern, String attribute) {
        try {
            Set<ObjectName> names = server().queryNames(new ObjectName(pattern), null);
            if (names.size() != 1) {
                throw new IllegalStateException(pattern + " matches " + names);
            }
            return server().getAttribute(names.iterator().next(), attribute);
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No " + attribute + " of " + pattern, e);
        }
    }

    /** The names of the nodes of all routes of a Camel context. */
    List<String> routeNodes(String context) {
        List<String> nodes = new ArrayList<>();
        try {
            for (String route : names("org.apache.camel:context=" + context + ",type=routes,*")) {
                String xml =
                        (String) server().invoke(new ObjectName(route), "dumpRouteAsXml", new Object[0], new String[0]);
                NODE.matcher(xml).results().forEach(node -> nodes.add(node.group(1)));
            }
        } catch (JMException | IOException e) {
            throw new IllegalStateException("No routes of " + context, e);
        }
        return nodes;
    }

    /** The start level of the OSGi framework. */
    int startLevel() throws IOException, JMException {
        ObjectName framework = server().queryNames(new ObjectName("osgi.core:type=framework,*"), null)
                .iterator()
                .next();
        return (Integer) server().getAttribute(framework, "FrameworkStartLevel");
    }

    /** The live threads, with their stacks. */
    ThreadInfo[] threads() {
        try {
            return ManagementFactory.newPlatformMXBeanProxy(
                            server(), ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class)
                    .dumpAllThreads(false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets the connection; the next question makes another. */
    synchronized void disconnect() {
        if (connector != null) {
            try {
                connector.close();
            } catch (IOException alreadyGone) {
                // what it was closed for
            }
            connector = null;
        }
    }
}
