package org.linkmoderation;

/**
 * What a service answered.
 *
 * @param service the name of the service and what of it is used
 * @param ok whether it can be used
 * @param detail where it is or what it said
 */
public record ServiceStatus(String service, boolean ok, String detail) {
    /** A service that can't be used, for the reason that an exception gives. */
    public static ServiceStatus failed(String service, Throwable failure) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return new ServiceStatus(service, false, reason.replaceAll("\\s+", " "));
    }
}
