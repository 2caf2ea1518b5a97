package org.linkmoderation.functions.scan;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Loads the lists and keeps them current. When a refresh is due, the next scan starts it in a thread of its own and
 * waits for it a little; then, and meanwhile for all others, it goes on with the lists there are. So a Lambda function,
 * which stands still between its links, gets its lists refreshed, a slow source holds up no link for long, and no
 * thread is left over between refreshes.
 */
final class ListKeeper {

    private static final Logger LOG = System.getLogger(ListKeeper.class.getName());

    /** How soon to try again while there is no list at all. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** How long the scan that starts a refresh waits for it: the state machine gives a link 60 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** No list that the scan could hold is larger. */
    private static final long MAX_BYTES = 1L << 30;

    private final List<Slot> slots;
    private final Duration refresh;
    private final Clock clock;
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile Lists lists;
    private volatile Instant due;
    private ListsUnavailable failure;
    private Instant retry = Instant.MIN;

    ListKeeper(List<ListSpec> specs, Duration refresh, Clock clock) {
        this.slots = specs.stream().map(Slot::new).toList();
        this.refresh = refresh;
        this.clock = clock;
    }

    /**
     * The lists to judge by. Loads them if there are none, and starts a refresh if one is due.
     *
     * @throws ListsUnavailable if a list could not be loaded yet
     */
    Lists current() {
        if (lists == null) {
            return load();
        }
        if (!clock.instant().isBefore(due) && refreshing.compareAndSet(false, true)) {
            startRefresh();
        }
        return lists;
    }

    private void startRefresh() {
        var thread = new Thread(
                () -> {
                    try {
                        refresh();
                    } finally {
                        refreshing.set(false);
                    }
                },
                "link-scan-lists");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks every source for a newer list. What cannot be had, or is broken, leaves the old list as it is. */
    synchronized void refresh() {
        due = clock.instant().plus(refresh);
        for (var slot : slots) {
            try {
                slot.update();
            } catch (IOException | RuntimeException e) {
                LOG.log(
                        Level.ERROR,
                        "The list {0} is kept as it was at {1}; the newer one was refused: {2}.",
                        slot.spec.name(),
                        slot.confirmed,
                        problem(e));
            }
        }
        publish();
    }

    private synchronized Lists load() {
        if (lists != null) {
            return lists;
        }
        if (failure != null && clock.instant().isBefore(retry)) {
            throw failure;
        }
        for (var slot : slots) {
            try {
                slot.update();
            } catch (IOException | RuntimeException e) {
                retry = clock.instant().plus(RETRY);
                failure = new ListsUnavailable(
                        "The list " + slot.spec.name() + " could not be loaded: " + problem(e) + ".", e);
                throw failure;
            }
        }
        failure = null;
        due = clock.instant().plus(refresh);
        publish();
        return lists;
    }

    private void publish() {
        var contents = new LinkedHashMap<ListSpec, ListContent>();
        var confirmed = clock.instant();
        for (var slot : slots) {
            contents.put(slot.spec, slot.content);
            confirmed = slot.confirmed.isBefore(confirmed) ? slot.confirmed : confirmed;
        }
        lists = new Lists(contents, confirmed);
    }

    private static String problem(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** One list, with what is known of its source. */
    private final class Slot {

        private final ListSpec spec;
        private String tag;
        private ListContent content;
        private Instant confirmed;

        Slot(ListSpec spec) {
            this.spec = spec;
        }

        void update() throws IOException {
            var asked = clock.instant();
            var newer = spec.source().open(tag);
            if (newer.isPresent()) {
                var deadline = System.nanoTime() + spec.timeout().toNanos();
                try (var bytes = new BoundedStream(newer.get().bytes(), deadline)) {
                    var read = ListContent.read(
                            bytes, spec.format(), spec.purpose().keepsNames());
                    bytes.checkComplete(newer.get().length());
                    content = read;
                }
                tag = newer.get().tag();
                LOG.log(
                        spec.source() instanceof ListSource.Packaged ? Level.DEBUG : Level.INFO,
                        "The list {0} has {1} entries; {2} do not concern links.",
                        spec.name(),
                        String.valueOf(content.entries()),
                        String.valueOf(content.skipped()));
            }
            confirmed = asked;
        }
    }

    /** Ends a list that is too long, or too long on its way. */
    private static final class BoundedStream extends FilterInputStream {

        private final long deadline;
        private long count;

        BoundedStream(InputStream bytes, long deadline) {
            super(bytes);
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            check(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            check(read);
            return read;
        }

        void checkComplete(long expected) throws IOException {
            if (expected >= 0 && count < expected) {
                throw new IOException("it ended after " + count + " of " + expected + " bytes");
            }
        }

        private void check(int read) throws IOException {
            count += Math.max(0, read);
            if (count > MAX_BYTES) {
                throw new IOException("it has more than " + MAX_BYTES + " bytes");
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("it took longer than its timeout to read");
            }
        }
    }
}
