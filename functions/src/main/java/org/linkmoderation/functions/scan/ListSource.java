package org.linkmoderation.functions.scan;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where a list comes from. */
interface ListSource {

    /**
     * Opens the list if it is another than the one known.
     *
     * @param knownTag the tag of the content that is known, or null
     * @return nothing if the content still has that tag
     * @throws IOException if it cannot be had, with a sentence why
     */
    Optional<Content> open(String knownTag) throws IOException;

    /**
     * The content of a list.
     *
     * @param bytes to be closed by the caller
     * @param length the number of bytes there should be, or -1 if the source does not say
     * @param tag tells this content from another, or null if nothing does
     */
    record Content(InputStream bytes, long length, String tag) {}

    /** A list in the jar, beside this class. */
    record Packaged(String name) implements ListSource {

        @Override
        public Optional<Content> open(String knownTag) throws IOException {
            if (name.equals(knownTag)) {
                return Optional.empty();
            }
            var bytes = ListSource.class.getResourceAsStream(name);
            if (bytes == null) {
                throw new IOException("there is no such list in the jar");
            }
            return Optional.of(new Content(bytes, -1, name));
        }
    }

    /** A file; its time stamp and size are its tag. */
    record File(Path path) implements ListSource {

        @Override
        public Optional<Content> open(String knownTag) throws IOException {
            if (!Files.isRegularFile(path)) {
                throw new IOException("there is no such file");
            }
            var tag = Files.getLastModifiedTime(path) + " " + Files.size(path);
            return tag.equals(knownTag)
                    ? Optional.empty()
                    : Optional.of(new Content(Files.newInputStream(path), -1, tag));
        }
    }

    /**
     * An HTTP resource; its ETag, or else its Last-Modified, is its tag.
     *
     * @param timeout to connect, and again for each wait for bytes
     */
    record Http(URI address, Duration timeout) implements ListSource {

        private static final String MODIFIED = "Last-Modified: ";

        @Override
        public Optional<Content> open(String knownTag) throws IOException {
            var connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setUseCaches(false);
            if (knownTag != null && knownTag.startsWith(MODIFIED)) {
                connection.setRequestProperty("If-Modified-Since", knownTag.substring(MODIFIED.length()));
            } else if (knownTag != null) {
                connection.setRequestProperty("If-None-Match", knownTag);
            }
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_NOT_MODIFIED && knownTag != null) {
                connection.disconnect();
                return Optional.empty();
            }
            if (status != HttpURLConnection.HTTP_OK) {
                connection.disconnect();
                throw new IOException("the server answered with status " + status);
            }
            var modified = connection.getHeaderField("Last-Modified");
            var tag = connection.getHeaderField("ETag");
            return Optional.of(new Content(
                    connection.getInputStream(),
                    connection.getContentLengthLong(),
                    tag != null || modified == null ? tag : MODIFIED + modified));
        }
    }
}
