package org.linkmoderation.itests.load;

/** One of those that the benchmark compares: each moderates the links that it is given, in a process of its own. */
interface Contestant extends AutoCloseable {

    /** How the table calls it. */
    String label();

    /** The process whose processor time is its own. */
    ProcessHandle process();

    /** Prepares it for so many executions at once. */
    void inFlight(int inFlight);

    /**
     * Moderates links, as many at once as {@link #inFlight(int)} has said.
     *
     * @param links their name: {@code <links>-1} and so on; all are pending
     * @param count how many they are
     * @return executions per second
     */
    double run(String links, int count) throws Exception;

    /**
     * Moderates links, and watches each of them.
     *
     * @param links their name: {@code <links>-1} and so on; all are pending
     * @param count how many they are
     * @return how long the median and the 99th percentile take
     */
    Latency latency(String links, int count) throws Exception;

    @Override
    void close();

    /**
     * How long an execution takes.
     *
     * @param p50 the median, in milliseconds
     * @param p99 the 99th percentile, in milliseconds
     */
    record Latency(double p50, double p99) {}
}
