package org.linkmoderation.states;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.linkmoderation.ErrorName;
import org.linkmoderation.TaskFailedException;

/** The {@code ErrorEquals} of a Retry or a Catch: whether it matches the error that the exchange failed with. */
public final class ErrorEquals implements Predicate {
    private final List<String> names;

    private ErrorEquals(List<String> names) {
        this.names = names;
    }

    /** Matches errors by their names, with the wildcards of {@link ErrorName}. */
    public static ErrorEquals errorEquals(String... names) {
        return new ErrorEquals(List.of(names));
    }

    /** The names, wildcards among them. */
    public List<String> names() {
        return names;
    }

    @Override
    public boolean matches(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, exchange.getException(), Exception.class);
        return caught instanceof TaskFailedException failure && ErrorName.matches(names, failure.error());
    }

    @Override
    public String toString() {
        return "ErrorEquals" + names;
    }
}
