package org.linkmoderation;

import java.util.concurrent.Callable;

/**
 * What a service answered.
 *
 * @param service the name of the service and what of it is used
 * @param ok whether it can be used
 * @param detail where it is or what it said
 */
public record ServiceStatus(String service, boolean ok, String detail) {
    /**
     * Asks a service.
     *
     * @param service its name
     * @param question asks it; gives the detail, and throws if it can't be used
     */
    public static ServiceStatus ask(String service, Callable<String> question) {
        try {
            return new ServiceStatus(service, true, question.call());
        } catch (Exception e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new ServiceStatus(service, false, reason.replaceAll("\\s+", " "));
        }
    }
}
