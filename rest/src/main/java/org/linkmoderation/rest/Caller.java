package org.linkmoderation.rest;

import org.linkmoderation.component.BearerSecret;

/**
 * Somebody who may call.
 *
 * @param name what the log calls it
 * @param isSender whether it may send requests; it may look in any case
 * @param secret its token
 */
record Caller(String name, boolean isSender, BearerSecret secret) {}
