package org.linkmoderation.view;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.linkmoderation.component.VisibleText;

/** The escapes of JSON that a terminal may be shown: also of what JSON itself allows as it is ({@link VisibleText}). */
final class VisibleJson extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    private static final int DELETE = 0x7F;
    private static final int[] ASCII = standardAsciiEscapesForJSON();

    static {
        ASCII[DELETE] = ESCAPE_CUSTOM;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ASCII.clone();
    }

    /** A half of a pair is asked for alone: only those of characters that are not seen are left to JSON's own. */
    @Override
    public SerializableString getEscapeSequence(int character) {
        return character > Character.MAX_VALUE
                        || Character.isSurrogate((char) character)
                        || VisibleText.isVisible(character)
                ? null
                : new SerializedString(VisibleText.code((char) character));
    }
}
