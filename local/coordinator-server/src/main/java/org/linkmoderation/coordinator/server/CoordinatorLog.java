package org.linkmoderation.coordinator.server;

import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps out of the log what the coordinator says again and again, each recovery period for each action that is not
 * ended yet; what is in doubt is said by the participants, once. A level that is configured stays as it is.
 */
final class CoordinatorLog implements AutoCloseable {

    /** Held here, since the JVM forgets a logger that nobody holds, and its level with it. */
    private final Logger actions = Logger.getLogger("io.narayana.lra");

    private final Logger store = Logger.getLogger("com.arjuna.ats.arjuna");
    private final Logger jersey = Logger.getLogger("org.glassfish.jersey");
    private final boolean levelIsOurs = actions.getLevel() == null;

    CoordinatorLog() {
        if (levelIsOurs) {
            actions.setLevel(Level.WARNING);
        }
        store.setFilter(line -> line.getMessage() == null || !line.getMessage().contains("heuristic participant"));
    }

    /** Leaves out Jersey's warnings of the coordinator's classes and of parts that are not here. */
    <T> T quietly(Supplier<T> start) {
        var before = jersey.getLevel();
        jersey.setLevel(Level.SEVERE);
        try {
            return start.get();
        } finally {
            jersey.setLevel(before);
        }
    }

    /** The loggers are the JVM's: what is left in them would keep this run's classes. */
    @Override
    public void close() {
        if (levelIsOurs) {
            actions.setLevel(null);
        }
        store.setFilter(null);
    }
}
