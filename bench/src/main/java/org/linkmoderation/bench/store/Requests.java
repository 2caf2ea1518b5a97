package org.linkmoderation.bench.store;

/** The requests that are measured, each of which must succeed. */
interface Requests extends AutoCloseable {

    /** What is measured. */
    enum Operation {
        PUT_ITEM("PutItem"),
        UPDATE_ITEM("UpdateItem, conditional"),
        TRANSACT_WRITE("TransactWriteItems of 2"),
        QUERY("Query of 20");

        private final String title;

        Operation(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /**
     * Makes one request.
     *
     * @param operation which
     * @param caller the number of the caller, whose requests follow each other
     * @param number the number of this request among all of the caller
     */
    void make(Operation operation, int caller, long number) throws Exception;

    @Override
    void close();
}
