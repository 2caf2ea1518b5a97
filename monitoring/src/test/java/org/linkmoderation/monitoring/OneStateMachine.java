package org.linkmoderation.monitoring;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.linkmoderation.Executions;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceStatus;
import org.linkmoderation.Waiting;

/** A container in which moderation runs and whose services say what the test sets. */
final class OneStateMachine {
    static final String STATE_MACHINE = "moderation";

    volatile Supplier<List<ServiceStatus>> statuses = () -> List.of(new ServiceStatus("broker", true, "ActiveMQ"));
    volatile Optional<QueueSizes> sizes = Optional.of(new QueueSizes(7, 2));

    volatile Optional<Map<Waiting.Reason, Integer>> waiting = Optional.of(Map.of(Waiting.Reason.RETRY, 3));

    /** What metrics and health ask of the container; there is nothing else to be had. */
    Executions executions() {
        return (Executions) Proxy.newProxyInstance(
                Executions.class.getClassLoader(),
                new Class<?>[] {Executions.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "stateMachines" -> Set.of(STATE_MACHINE);
                    case "status" -> statuses.get();
                    case "queueSizes" -> sizes.orElseThrow(() -> new IllegalStateException("the broker is down"));
                    case "waiting" -> waiting.orElseThrow(() -> new IllegalStateException("the journal is down"));
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }
}
