package org.linkmoderation.webhooks;

import java.net.URI;

/**
 * Somebody who is told of notices.
 *
 * @param name what settings, queues and log call it; its URL can hold what is not for the log
 * @param url where it listens
 * @param signature signs what it gets
 */
record Receiver(String name, URI url, Signature signature) {}
