package org.linkmoderation.bench.peers;

/** An engine that moderates links durably; safe for use by several threads. */
interface Peer extends AutoCloseable {

    /**
     * Moderates a link: from the record of the start to the record of the end, both on disk.
     *
     * @param name the execution's name, new with each call
     * @param code the link's code
     * @param url the link's URL
     * @throws Exception if it did not succeed
     */
    void moderate(String name, String code, String url) throws Exception;

    @Override
    default void close() {}
}
