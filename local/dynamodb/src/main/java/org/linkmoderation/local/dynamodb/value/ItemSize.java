package org.linkmoderation.local.dynamodb.value;

import java.util.Map;
import org.linkmoderation.local.dynamodb.value.Value.Binary;
import org.linkmoderation.local.dynamodb.value.Value.Document;
import org.linkmoderation.local.dynamodb.value.Value.Elements;
import org.linkmoderation.local.dynamodb.value.Value.Num;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;
import org.linkmoderation.local.dynamodb.value.Value.Text;

/**
 * Sizes as the service counts them, in bytes (developer guide, "DynamoDB item sizes and formats"): names and texts by
 * their UTF-8, numbers by half their digits and one, documents with three for themselves and one for each member.
 */
public final class ItemSize {

    /** The size that no item may exceed. */
    public static final int GREATEST = 400 * 1024;

    private ItemSize() {}

    /** The size of an item. */
    public static int of(Map<String, Value> item) {
        int size = 0;
        for (var member : item.entrySet()) {
            size += utf8(member.getKey()) + of(member.getValue());
        }
        return size;
    }

    private static int of(Value value) {
        if (value instanceof Text text) {
            return utf8(text.text());
        }
        if (value instanceof Num num) {
            return digits(num.digits());
        }
        if (value instanceof Binary binary) {
            return binary.bytes().length;
        }
        if (value instanceof Document document) {
            return 3 + document.members().size() + of(document.members());
        }
        if (value instanceof Sequence sequence) {
            return 3
                    + sequence.elements().stream()
                            .mapToInt(element -> 1 + of(element))
                            .sum();
        }
        return value instanceof Elements set
                ? set.elements().stream().mapToInt(ItemSize::of).sum()
                : 1;
    }

    private static int digits(String digits) {
        int first = -1;
        int last = -1;
        int count = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit >= '0' && digit <= '9') {
                count++;
                if (digit != '0') {
                    first = first < 0 ? count : first;
                    last = count;
                }
            }
        }
        int significant = first < 0 ? 1 : last - first + 1;
        return 1 + (significant + 1) / 2 + (digits.charAt(0) == '-' ? 1 : 0);
    }

    /** The length of a text in UTF-8. */
    public static int utf8(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit >= 0x80) {
                // Each half of a surrogate pair counts two of its four bytes
                length += unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2;
            }
        }
        return length;
    }
}
