package org.linkmoderation.view;

import org.linkmoderation.component.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users of the container have changed, a line each in the log {@code audit}, which Karaf writes to
 * {@code data/log/security.log}. Inputs, outputs, reasons and tokens are not in it: they can hold secrets.
 */
public final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("audit");

    private Audit() {}

    /**
     * Writes a line if the current thread works for a user of the container, and none for what state machines do.
     *
     * @param action what the user did, such as {@code stop}
     * @param changed what it was done to
     */
    public static void changed(String action, Object changed) {
        if (ContainerUser.subject().isPresent()) {
            changed(ContainerUser.name(), action, changed);
        }
    }

    /** @param user who did it, if not a user of the container */
    public static void changed(String user, String action, Object changed) {
        LOG.info("{} {} {}", user, action, VisibleText.of(changed.toString()));
    }
}
