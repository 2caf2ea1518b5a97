package org.linkmoderation.shell;

import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.linkmoderation.view.ContainerUser;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps from the users of the shell that are no admins what no access control list of Karaf does: the system properties
 * of the container, which Karaf copies into the variables of each session and among which passwords of key stores may
 * be; and the names of files, which {@code *} becomes where a variable says so.
 */
@Component(service = CommandSessionListener.class, immediate = true)
public final class SessionVariables implements CommandSessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionVariables.class);
    private static final String NO_FILE_NAMES = "gogo.option.noglob";

    /** @param processor runs the commands of the shell */
    @Activate
    public SessionVariables(@Reference CommandProcessor processor) {
        try {
            // A constant goes before a variable of this name; the method is no part of the interface
            processor
                    .getClass()
                    .getMethod("addConstant", String.class, Object.class)
                    .invoke(processor, NO_FILE_NAMES, Boolean.TRUE);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            LOG.warn("Users of the shell can list the names of the container's files: {}", e.toString());
        }
    }

    /** Before each line, and so before any of its words has a value; the script of the session's start comes first. */
    @Override
    public void beforeExecute(CommandSession session, CharSequence line) {
        if (ContainerUser.subject().isPresent() && !ContainerUser.isAdmin()) {
            Set<String> properties = System.getProperties().stringPropertyNames();
            properties.forEach(property -> session.put(property, null));
        }
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Exception failure) {
        // Nothing to do
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Object result) {
        // Nothing to do
    }
}
