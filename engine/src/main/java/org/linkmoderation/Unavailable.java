package org.linkmoderation;

/** Marks an exception that says that a service gave no answer: what was asked for can be asked for again. */
public interface Unavailable {
    /** Whether an exception, or one that it was caused by, says so. */
    static boolean in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Unavailable) {
                return true;
            }
        }
        return false;
    }
}
