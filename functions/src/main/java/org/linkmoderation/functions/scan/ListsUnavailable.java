package org.linkmoderation.functions.scan;

/** Not one version of a list could be loaded yet, so nothing can be called safe. Another attempt may succeed. */
public final class ListsUnavailable extends RuntimeException {

    ListsUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
