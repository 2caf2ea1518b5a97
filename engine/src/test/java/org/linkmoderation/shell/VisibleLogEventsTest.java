package org.linkmoderation.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** With types that have the methods of Karaf's and Pax Logging's. */
class VisibleLogEventsTest {
    interface Event {
        String getLoggerName();

        String getMessage();

        String getRenderedMessage();

        String[] getThrowableStrRep();
    }

    interface Formatter {
        String format(Event event, String pattern, boolean noColor);
    }

    private record Logged(String message, String... trace) implements Event {
        @Override
        public String getLoggerName() {
            return "a.b";
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String getRenderedMessage() {
            return message;
        }

        @Override
        public String[] getThrowableStrRep() {
            return trace;
        }
    }

    private static Formatter visible(Formatter formatter) {
        return (Formatter) VisibleLogEvents.formatter(formatter, Formatter.class);
    }

    @Test
    void shouldMakeTheTextsOfAnEventVisible() {
        Formatter formatter = visible((event, pattern, noColor) -> pattern
                + event.getLoggerName()
                + event.getMessage()
                + event.getRenderedMessage()
                + String.join("\n", event.getThrowableStrRep()));

        assertThat(formatter.format(
                        new Logged("a\u001b[2J\u202e\r\nb", "Exception: c\u009b", "\tat d"), "\u001b[90m", true))
                .isEqualTo("\u001b[90ma.b" + "a\\u001B[2J\\u202E\\u000D\\u000Ab".repeat(2)
                        + "Exception: c\\u009B\n\tat d");
    }

    @Test
    void shouldTakeAnEventWithoutAMessageOrAnException() {
        Formatter formatter =
                visible((event, pattern, noColor) -> event.getMessage() + " " + event.getThrowableStrRep());

        assertThat(formatter.format(new Logged(null, (String[]) null), "", false))
                .isEqualTo("null null");
    }

    @Test
    void shouldFailAsTheOtherFormatterDoes() {
        Formatter formatter = visible((event, pattern, noColor) -> {
            throw new IllegalArgumentException("no such pattern");
        });

        assertThatThrownBy(() -> formatter.format(new Logged(""), "", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such pattern");
    }
}
