package org.linkmoderation.journal;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal with what is closed with it.
 *
 * @param journal the journal
 * @param parts what it uses, in the order in which it is closed
 */
public record OpenJournal(Journal journal, List<AutoCloseable> parts) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenJournal.class);

    public OpenJournal {
        parts = List.copyOf(parts);
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("The journal could not be closed", e);
            }
        }
    }
}
