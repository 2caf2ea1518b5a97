package org.linkmoderation.hawtio;

/** What hawtio asks of each plugin that it is to load, see {@code io.hawt.web.plugin.PluginServlet}. */
public interface ExecutionsPluginMBean {
    /** The name of the plugin. */
    String getName();

    /** The path that its scripts are in. */
    String getContext();

    /** The domain of the MBeans that it is for; hawtio does not use it. */
    String getDomain();

    /** The scripts that hawtio runs before its application starts. */
    String[] getScripts();
}
