package org.linkmoderation.api;

/**
 * What a client signs its requests with.
 *
 * @param id the access key id
 * @param secret the secret access key
 * @param isReadOnly whether its requests may change nothing
 */
record AccessKey(String id, String secret, boolean isReadOnly) {
    @Override
    public String toString() {
        return id;
    }
}
