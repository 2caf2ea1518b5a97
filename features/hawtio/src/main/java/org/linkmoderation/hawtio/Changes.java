package org.linkmoderation.hawtio;

import java.util.EnumSet;
import java.util.Set;
import org.jolokia.util.RequestType;

/**
 * Whether the request that this thread answers may change anything: {@link SameOrigin} knows how it came,
 * {@link ContainerRoles} is asked what it is. So it is decided upon what Jolokia has understood, however it was
 * written.
 */
final class Changes {
    private static final Set<RequestType> READING =
            EnumSet.of(RequestType.READ, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION);

    private static final ThreadLocal<Boolean> ALLOWED = ThreadLocal.withInitial(() -> false);

    private Changes() {}

    /** Says how the request came that this thread answers from now on. */
    static void allow(boolean allowed) {
        ALLOWED.set(allowed);
    }

    /** The request is answered. */
    static void end() {
        ALLOWED.remove();
    }

    /** Whether the request may change something: it came by POST from a page of this console. */
    static boolean areAllowed() {
        return ALLOWED.get();
    }

    /** Whether a request of this type may be answered: one that invokes an operation may change something. */
    static boolean isAllowed(RequestType type) {
        return READING.contains(type) || areAllowed();
    }
}
