package org.linkmoderation.component;

/**
 * Text of senders as a terminal or an editor may be shown it: what would move the cursor, change colours, end a line,
 * reverse the order of letters or not be seen at all is written as its code, <code>&#92;u001B</code>.
 */
public final class VisibleText {
    private VisibleText() {}

    /**
     * A text in which each character is seen.
     *
     * @param text the text
     * @return the same text if there is nothing in it to be made visible
     */
    public static String of(String text) {
        int first = 0;
        while (first < text.length() && isVisible(text, first)) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            if (isVisible(text, i)) {
                visible.append(text.charAt(i));
            } else {
                visible.append(code(text.charAt(i)));
            }
        }
        return visible.toString();
    }

    /** A text that may have several lines, such as a document: line feeds and tabs stay. */
    public static String ofLines(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n' || text.charAt(i) == '\t') {
                visible.append(of(text.substring(start, i))).append(text.charAt(i));
                start = i + 1;
            }
        }
        return visible.append(of(text.substring(start))).toString();
    }

    /**
     * Whether a character is one that is seen: no control (C0, DEL, C1), no bidirectional control, no line separator.
     */
    public static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** Both halves of a pair, as the character that they are; a half alone is not seen. */
    private static boolean isVisible(String text, int index) {
        char unit = text.charAt(index);
        if (Character.isHighSurrogate(unit) && index + 1 < text.length()) {
            return isVisible(text.codePointAt(index));
        }
        if (Character.isLowSurrogate(unit) && index > 0) {
            return isVisible(text.codePointBefore(index + 1));
        }
        return isVisible(unit);
    }

    /** How a character is written that is not seen, as in JSON and Java. */
    public static String code(char unit) {
        return String.format("\\u%04X", (int) unit);
    }
}
