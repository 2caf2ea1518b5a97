package org.linkmoderation.local.broker;

import java.net.URI;
import java.nio.file.Path;

/**
 * What a run of the broker needs to know.
 *
 * @param address where to listen: {@code tcp}, host and port
 * @param directory where the messages are kept; created if there is none
 * @param storeLimitMegabytes how much space the messages may take there
 * @param user the only user's name
 * @param password the only user's password
 */
record BrokerSettings(URI address, Path directory, int storeLimitMegabytes, String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "broker at " + address + ", messages in " + directory + ", user " + user;
    }
}
