package org.linkmoderation.monitoring;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.linkmoderation.Executions;
import org.linkmoderation.ServiceStatus;

/** Whether this container lives, and whether it can work. */
final class Health {
    private final Supplier<Optional<Executions>> executions;

    /** @param executions asks the services; null while there is none */
    Health(Supplier<Optional<Executions>> executions) {
        this.executions = executions;
    }

    /**
     * Whether the container lives: only a restart helps one that does not. Services that are away are no reason for
     * that, and are not asked.
     */
    List<ServiceStatus> live() {
        long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        return List.of(
                deadlocked == null
                        ? new ServiceStatus("container", true, "no deadlock")
                        : new ServiceStatus("container", false, deadlocked.length + " threads in a deadlock"));
    }

    /** Whether everything that executions need answers; within a few seconds, whatever hangs. */
    List<ServiceStatus> ready() {
        List<ServiceStatus> statuses = executions.get().map(Executions::status).orElseGet(List::of);
        return statuses.isEmpty()
                ? List.of(new ServiceStatus(
                        "state machines",
                        false,
                        "none runs in this container; the log says which setting or service is missing"))
                : statuses;
    }
}
