package org.linkmoderation.hawtio;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jolokia.restrictor.Restrictor;
import org.jolokia.util.HttpMethod;
import org.jolokia.util.RequestType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the user of the console do with an MBean what the container lets him do over JMX: the files
 * {@code etc/jmx.acl*.cfg} decide, for reading an attribute, writing one, and invoking an operation. What the container
 * can't be asked is refused.
 */
public final class ContainerRoles implements Restrictor {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerRoles.class);

    /** The container's own, by its domain: anybody may register another of this type. */
    private static final String SECURITY = "org.apache.karaf:type=security,area=jmx,*";

    private static final String[] CAN_INVOKE = {String.class.getName(), String.class.getName(), String[].class.getName()
    };

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Override
    public boolean isOperationAllowed(ObjectName mbean, String operation) {
        if (!Changes.areAllowed()) {
            return false;
        }
        int bracket = operation.indexOf('(');
        String name = bracket < 0 ? operation : operation.substring(0, bracket);
        String arguments = bracket < 0 ? "" : operation.substring(bracket + 1, operation.length() - 1);
        return mayInvoke(mbean, name.trim(), arguments.isBlank() ? new String[0] : arguments.split(" *, *"));
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName mbean, String attribute) {
        try {
            MBeanAttributeInfo info = attribute(mbean, attribute);
            return mayInvoke(mbean, (info.isIs() ? "is" : "get") + attribute);
        } catch (JMException e) {
            return refuse(mbean, attribute, e);
        }
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName mbean, String attribute) {
        try {
            return Changes.areAllowed()
                    && mayInvoke(
                            mbean,
                            "set" + attribute,
                            attribute(mbean, attribute).getType());
        } catch (JMException e) {
            return refuse(mbean, attribute, e);
        }
    }

    private boolean mayInvoke(ObjectName mbean, String operation, String... argumentTypes) {
        try {
            Set<ObjectName> security = server.queryNames(new ObjectName(SECURITY), null);
            if (security.size() != 1) {
                throw new JMException("the container has " + security.size() + " MBeans " + SECURITY + "; expected 1");
            }
            // As the name was written: the lists are found by the order of its properties
            Object[] question = {mbean.toString(), operation, argumentTypes};
            return (Boolean) server.invoke(security.iterator().next(), "canInvoke", question, CAN_INVOKE);
        } catch (JMException e) {
            return refuse(mbean, operation, e);
        }
    }

    private MBeanAttributeInfo attribute(ObjectName mbean, String name) throws JMException {
        return Arrays.stream(server.getMBeanInfo(mbean).getAttributes())
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new JMException("it has no attribute " + name));
    }

    private static boolean refuse(ObjectName mbean, String what, JMException reason) {
        LOG.debug("Access to {} of {} is refused: {}", what, mbean, reason.getMessage());
        return false;
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return true;
    }

    /** Jolokia asks for some types only: operations and writes are decided above. */
    @Override
    public boolean isTypeAllowed(RequestType type) {
        return Changes.isAllowed(type);
    }

    /** From where the console can be reached is a setting of the web server. */
    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        return true;
    }

    /** {@link SameOrigin} has looked at it. */
    @Override
    public boolean isOriginAllowed(String origin, boolean strictCheck) {
        return true;
    }
}
