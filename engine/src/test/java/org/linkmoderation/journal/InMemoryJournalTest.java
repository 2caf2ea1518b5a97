package org.linkmoderation.journal;

import org.linkmoderation.testkit.InMemoryJournal;
import org.linkmoderation.testkit.JournalContract;

/** The journal of other tests holds the contract too: what they find of the engine is what a real one would show. */
class InMemoryJournalTest extends JournalContract {
    private static final InMemoryJournal JOURNAL = new InMemoryJournal();

    @Override
    protected Journal journal() {
        return JOURNAL;
    }

    @Override
    protected Journal another() {
        return JOURNAL;
    }
}
