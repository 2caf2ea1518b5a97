package org.linkmoderation.command;

import org.linkmoderation.HistoryEvent;
import org.linkmoderation.component.VisibleText;

/** What tells most about an event, on one line. */
final class EventDetail {
    private static final int CHARACTERS = 40;

    private EventDetail() {}

    static String of(HistoryEvent event) {
        for (String key : new String[] {"name", "error", "resource"}) {
            String value = event.details().get(key);
            if (value != null) {
                return value.length() <= CHARACTERS
                        ? VisibleText.of(value)
                        : VisibleText.of(value.substring(0, CHARACTERS - 1)) + "…";
            }
        }
        return "";
    }
}
