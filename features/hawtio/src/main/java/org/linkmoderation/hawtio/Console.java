package org.linkmoderation.hawtio;

import io.hawt.jmx.About;
import io.hawt.jmx.JmxTreeWatcher;
import io.hawt.jmx.PluginRegistry;
import io.hawt.jmx.RBACRegistry;
import io.hawt.system.ConfigManager;
import javax.servlet.ServletContextEvent;
import javax.servlet.ServletContextListener;

/**
 * Brings up what the console needs of hawtio. Takes the place of hawtio's own listener, which also registers a
 * {@code JMXSecurity} MBean that allows everything to everybody; here only the container's own is asked.
 */
public final class Console implements ServletContextListener {
    private final ConfigManager settings = new ConfigManager();
    private final About about = new About();
    private final JmxTreeWatcher tree = new JmxTreeWatcher();
    private final PluginRegistry plugins = new PluginRegistry();
    private final RBACRegistry list = new RBACRegistry();

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            about.init();
            tree.init();
            plugins.init();
            list.init();
            new ExecutionsPlugin(event.getServletContext().getContextPath()).register();
        } catch (Exception e) {
            throw new IllegalStateException("The MBeans of hawtio can't be registered: " + e.getMessage(), e);
        }
        // Not its init(): settings are hawtio's system properties, and what is not set is what Karaf has
        event.getServletContext().setAttribute(ConfigManager.CONFIG_MANAGER, settings);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        try {
            ExecutionsPlugin.unregister();
            list.destroy();
            plugins.destroy();
            tree.destroy();
            about.destroy();
        } catch (Exception e) {
            throw new IllegalStateException("The MBeans of hawtio can't be removed: " + e.getMessage(), e);
        }
    }
}
