package org.linkmoderation;

import java.util.concurrent.Callable;

/**
 * A question to a service that executions need.
 *
 * @param service the name of the service and what of it is used
 * @param question asks it; gives where it is or what it said, and throws if it can't be used
 */
public record ServiceCheck(String service, Callable<String> question) {}
