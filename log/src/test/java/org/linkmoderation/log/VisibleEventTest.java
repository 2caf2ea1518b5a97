package org.linkmoderation.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ops4j.pax.logging.spi.PaxLevel;
import org.ops4j.pax.logging.spi.PaxLocationInfo;
import org.ops4j.pax.logging.spi.PaxLoggingEvent;

class VisibleEventTest {
    @Test
    void shouldMakeTheTextsOfAnEventVisible() {
        VisibleEvent event = new VisibleEvent(new Logged("a\u001b[2J\u009b1m\u202e\r\nb"));

        assertThat(event.getMessage())
                .isEqualTo("a\\u001B[2J\\u009B1m\\u202E\\u000D\\u000Ab")
                .isEqualTo(event.getRenderedMessage())
                .isEqualTo(event.getThreadName())
                .isEqualTo(event.getLoggerName());
    }

    @Test
    void shouldLetNoMessageOfAnExceptionBeginALine() {
        VisibleEvent event = new VisibleEvent(new Logged(
                "",
                "E: a\u001b[2J",
                "forged",
                "\tat A.b(A.java:1)",
                "Caused by: F: \u202ec",
                "forged\r",
                "\t... 1 more"));

        assertThat(event.getThrowableStrRep())
                .containsExactly(
                        "E: a\\u001B[2J\\u000Aforged",
                        "\tat A.b(A.java:1)",
                        "Caused by: F: \\u202Ec\\u000Aforged\\u000D",
                        "\t... 1 more");
    }

    @Test
    void shouldTakeAnEventWithoutTexts() {
        VisibleEvent event = new VisibleEvent(new Logged(null, (String[]) null));

        assertThat(event.getMessage()).isNull();
        assertThat(event.getThrowableStrRep()).isNull();
    }

    private record Logged(String text, String... trace) implements PaxLoggingEvent {
        @Override
        public String getMessage() {
            return text;
        }

        @Override
        public String getRenderedMessage() {
            return text;
        }

        @Override
        public String getThreadName() {
            return text;
        }

        @Override
        public String getLoggerName() {
            return text;
        }

        @Override
        public String[] getThrowableStrRep() {
            return trace;
        }

        @Override
        public PaxLocationInfo getLocationInformation() {
            return null;
        }

        @Override
        public boolean locationInformationExists() {
            return false;
        }

        @Override
        public PaxLevel getLevel() {
            return null;
        }

        @Override
        public String getFQNOfLoggerClass() {
            return "";
        }

        @Override
        public long getTimeStamp() {
            return 0;
        }

        @Override
        public Map<String, Object> getProperties() {
            return Map.of();
        }
    }
}
