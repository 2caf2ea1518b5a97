package org.linkmoderation.hawtio;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Has hawtio load the page of the executions: hawtio asks for the MBeans of type {@code plugin}. */
public final class ExecutionsPlugin implements ExecutionsPluginMBean {
    private static final String NAME = "hawtio:type=plugin,name=link-moderation-executions";

    private final String contextPath;

    /** @param contextPath the path of the web application, such as {@code /hawtio} */
    ExecutionsPlugin(String contextPath) {
        this.contextPath = contextPath;
    }

    void register() throws JMException {
        ManagementFactory.getPlatformMBeanServer().registerMBean(this, new ObjectName(NAME));
    }

    static void unregister() throws JMException {
        ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
    }

    @Override
    public String getName() {
        return "link-moderation-executions";
    }

    @Override
    public String getContext() {
        return contextPath + "/plugins/executions";
    }

    @Override
    public String getDomain() {
        return "";
    }

    @Override
    public String[] getScripts() {
        return new String[] {"plugin.js"};
    }
}
