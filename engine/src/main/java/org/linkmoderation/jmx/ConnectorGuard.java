package org.linkmoderation.jmx;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerDelegate;
import javax.management.MBeanServerNotification;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.MBeanServerForwarder;
import org.linkmoderation.view.ContainerUser;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Lets only admins make and remove MBeans over JMX. Karaf's access control lists are about attributes and operations
 * alone: a viewer could unregister any MBean, or make an MLet and have the container load classes of his own with it.
 * Sits in each connector of the container, from its next connection on.
 */
@Component(
        service = {},
        immediate = true)
public final class ConnectorGuard implements NotificationListener, AutoCloseable {
    private static final Set<String> OF_ADMINS =
            Set.of("createMBean", "registerMBean", "unregisterMBean", "instantiate", "deserialize");

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private volatile boolean closed;

    /** @throws JMException if a connector can't be guarded */
    @Activate
    public ConnectorGuard() throws JMException {
        server.addNotificationListener(MBeanServerDelegate.DELEGATE_NAME, this, null, null);
        for (ObjectName name : server.queryNames(null, null)) {
            guard(name);
        }
    }

    @Override
    public void handleNotification(Notification notification, Object handback) {
        if (notification instanceof MBeanServerNotification change
                && change.getType().equals(MBeanServerNotification.REGISTRATION_NOTIFICATION)) {
            try {
                guard(change.getMBeanName());
            } catch (JMException e) {
                throw new IllegalStateException(change.getMBeanName() + " can't be guarded", e);
            }
        }
    }

    private void guard(ObjectName name) throws JMException {
        try {
            if (server.isInstanceOf(name, JMXConnectorServer.class.getName())) {
                server.setAttribute(name, new Attribute("MBeanServerForwarder", forwarder()));
            }
        } catch (InstanceNotFoundException e) {
            // It is gone already
        }
    }

    private MBeanServerForwarder forwarder() {
        MBeanServer[] next = new MBeanServer[1];
        return (MBeanServerForwarder) Proxy.newProxyInstance(
                ConnectorGuard.class.getClassLoader(),
                new Class<?>[] {MBeanServerForwarder.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "setMBeanServer" -> {
                        next[0] = (MBeanServer) arguments[0];
                        yield null;
                    }
                    case "getMBeanServer" -> next[0];
                    default -> call(next[0], method, arguments);
                });
    }

    private Object call(MBeanServer next, Method method, Object[] arguments) throws Throwable {
        if (!closed && OF_ADMINS.contains(method.getName()) && !ContainerUser.isAdmin()) {
            throw new SecurityException(
                    "Insufficient roles/credentials for operation: " + method.getName() + " needs the role admin");
        }
        try {
            return method.invoke(next, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Leaves what connectors do to the container from now on. */
    @Deactivate
    @Override
    public void close() throws JMException {
        closed = true;
        server.removeNotificationListener(MBeanServerDelegate.DELEGATE_NAME, this);
    }
}
