package org.linkmoderation.component;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Says that an address is taken, in the same words wherever something is to listen. */
public final class ListenAddress {

    private ListenAddress() {}

    /**
     * Requires that nothing listens on an address. It binds without listening, so that nobody connects meanwhile.
     *
     * @param host the name or address of an interface of this machine
     * @param port the port
     * @throws IOException if the address is taken or none of this machine; the message says so
     */
    public static void requireFree(String host, int port) throws IOException {
        var address = new InetSocketAddress(host, port);
        try (var probe = new Socket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (BindException e) {
            throw new IOException(
                    e.getMessage().contains("already in use")
                            ? "port " + port + " of " + host + " is taken by another program"
                            : host + ":" + port + " cannot be listened on (" + e.getMessage() + ")",
                    e);
        }
    }
}
