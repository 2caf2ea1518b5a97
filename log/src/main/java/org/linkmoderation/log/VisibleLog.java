package org.linkmoderation.log;

import java.util.Dictionary;
import java.util.Hashtable;
import org.ops4j.pax.logging.spi.PaxAppender;
import org.ops4j.pax.logging.spi.PaxLoggingEvent;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The appender {@value #NAME} of Pax Logging: passes each event on to the appender from which Karaf's shell shows the
 * log, with its texts made visible before. {@code etc/org.ops4j.pax.logging.cfg} names it as the only one that gets
 * events: {@code log4j2.appender.osgi.filter = VisibleLog}.
 */
public final class VisibleLog implements BundleActivator, PaxAppender {
    private static final String NAME = "VisibleLog";
    private static final String NAME_PROPERTY = "org.ops4j.pax.logging.appender.name";

    /** That of {@code log:display}, {@code log:tail} and {@code log:exception-display}. */
    private static final String OF_THE_SHELL = "(&(" + Constants.OBJECTCLASS + "=" + PaxAppender.class.getName() + ")("
            + NAME_PROPERTY + "=VmLogAppender))";

    private ServiceTracker<PaxAppender, PaxAppender> shell;

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        shell = new ServiceTracker<>(context, context.createFilter(OF_THE_SHELL), null);
        shell.open();
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(NAME_PROPERTY, NAME);
        context.registerService(PaxAppender.class, this, properties);
    }

    @Override
    public void stop(BundleContext context) {
        shell.close();
    }

    @Override
    public void doAppend(PaxLoggingEvent event) {
        PaxAppender appender = shell.getService();
        if (appender != null) {
            appender.doAppend(new VisibleEvent(event));
        }
    }
}
