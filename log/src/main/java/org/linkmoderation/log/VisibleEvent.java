package org.linkmoderation.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.linkmoderation.component.VisibleText;
import org.ops4j.pax.logging.spi.PaxLevel;
import org.ops4j.pax.logging.spi.PaxLocationInfo;
import org.ops4j.pax.logging.spi.PaxLoggingEvent;

/** An event of the log whose texts are {@linkplain VisibleText visible}, each on a line of its own. */
record VisibleEvent(PaxLoggingEvent event) implements PaxLoggingEvent {
    @Override
    public String getMessage() {
        return visible(event.getMessage());
    }

    @Override
    public String getRenderedMessage() {
        return visible(event.getRenderedMessage());
    }

    @Override
    public String getThreadName() {
        return visible(event.getThreadName());
    }

    @Override
    public String getLoggerName() {
        return visible(event.getLoggerName());
    }

    /**
     * The lines of a stack trace that begin as Java writes them. Any other is of an exception's message with a line
     * break in it, and is joined to the line before.
     */
    @Override
    public String[] getThrowableStrRep() {
        String[] lines = event.getThrowableStrRep();
        if (lines == null) {
            return null;
        }
        List<String> visible = new ArrayList<>(lines.length);
        for (String line : lines) {
            if (visible.isEmpty() || line.startsWith("\t") || line.startsWith("Caused by: ")) {
                visible.add(VisibleText.ofLines(line));
            } else {
                int last = visible.size() - 1;
                visible.set(last, visible.get(last) + VisibleText.code('\n') + VisibleText.ofLines(line));
            }
        }
        return visible.toArray(String[]::new);
    }

    private static String visible(String text) {
        return text == null ? null : VisibleText.of(text);
    }

    @Override
    public PaxLocationInfo getLocationInformation() {
        return event.getLocationInformation();
    }

    @Override
    public boolean locationInformationExists() {
        return event.locationInformationExists();
    }

    @Override
    public PaxLevel getLevel() {
        return event.getLevel();
    }

    @Override
    public String getFQNOfLoggerClass() {
        return event.getFQNOfLoggerClass();
    }

    @Override
    public long getTimeStamp() {
        return event.getTimeStamp();
    }

    @Override
    public Map<String, Object> getProperties() {
        return event.getProperties();
    }
}
