package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTextTest {
    /** Characters that a terminal acts upon, or that are not seen: C0, DEL, C1, bidirectional, separators, tags. */
    private static final int[] HIDDEN = {
        0x00, 0x07, 0x08, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x80, 0x85, 0x9B, 0x9D, 0x9F, 0xAD, 0x061C, 0x200B, 0x200E,
        0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xE0041
    };

    @Test
    void shouldWriteWhatIsNotSeenAsItsCode() {
        assertThat(VisibleText.of("a\u001b[2J\u009b31m\u202eb\r\n"))
                .isEqualTo("a\\u001B[2J\\u009B31m\\u202Eb\\u000D\\u000A");
        for (int hidden : HIDDEN) {
            String shown = VisibleText.of("a" + Character.toString(hidden) + "b");
            assertThat(shown).as("%X", hidden).matches("a(\\\\u[0-9A-F]{4}){1,2}b");
        }
    }

    @Test
    void shouldLeaveWhatIsSeenAsItIs() {
        String text = "plain äöü 漢字 العربية 🔒 \\u001B";

        assertThat(VisibleText.of(text)).isSameAs(text);
    }

    @Test
    void shouldShowAHalfOfAPair() {
        assertThat(VisibleText.of("\ud83d")).isEqualTo("\\uD83D");
        assertThat(VisibleText.of("a\udd12")).isEqualTo("a\\uDD12");
    }

    @Test
    void shouldKeepTheLinesOfADocument() {
        assertThat(VisibleText.ofLines("{\n\t\"a\": 1\u001b\n}")).isEqualTo("{\n\t\"a\": 1\\u001B\n}");
    }
}
