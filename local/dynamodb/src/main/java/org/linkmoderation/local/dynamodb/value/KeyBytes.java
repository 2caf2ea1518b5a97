package org.linkmoderation.local.dynamodb.value;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * Keys as stored: bytes whose unsigned order is that of the values, each value ended by itself, so that values can be
 * put one after another. Texts are ordered by UTF-8, numbers by magnitude, binaries by unsigned bytes.
 *
 * <p>Content bytes of 0 are written {@code 00 FF} and the end {@code 00 01}, so that a prefix is before what it begins.
 * A number is a sign, an exponent and its digits by two; of a negative one all bytes are inverted.
 */
public final class KeyBytes {

    private static final int TEXT = 0x10;
    private static final int NUMBER = 0x20;
    private static final int BINARY = 0x30;
    private static final byte[] END = {0, 1};
    private static final int NEGATIVE = 0;
    private static final int ZERO = 1;
    private static final int POSITIVE = 2;
    private static final int LEAST_EXPONENT = -129;

    private KeyBytes() {}

    /** The bytes of a text, number or binary. */
    public static byte[] of(Value value) {
        if (value.type() != Type.N) {
            return join(prefix(value), END);
        }
        var number = value.number().stripTrailingZeros();
        var out = new ByteArrayOutputStream(40);
        out.write(NUMBER);
        if (number.signum() == 0) {
            out.write(ZERO);
            return out.toByteArray();
        }
        boolean negative = number.signum() < 0;
        int invert = negative ? 0xff : 0;
        out.write(negative ? NEGATIVE : POSITIVE);
        out.write(number.precision() - number.scale() - LEAST_EXPONENT ^ invert);
        var digits = number.unscaledValue().abs().toString();
        for (int i = 0; i < digits.length(); i += 2) {
            int second = i + 1 < digits.length() ? digits.charAt(i + 1) - '0' : 0;
            out.write((digits.charAt(i) - '0') * 10 + second + 1 ^ invert);
        }
        out.write(invert);
        return out.toByteArray();
    }

    /** The bytes that the bytes of every text or binary with a prefix begin with. */
    public static byte[] prefix(Value prefix) {
        var out = new ByteArrayOutputStream(40);
        out.write(prefix.type() == Type.S ? TEXT : BINARY);
        for (byte next : prefix.bytes()) {
            out.write(next);
            if (next == 0) {
                out.write(0xff);
            }
        }
        return out.toByteArray();
    }

    /** Bytes after others. */
    public static byte[] join(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The least bytes that are greater. */
    public static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The least bytes that are greater than all that begin with others, which are not all FF. */
    public static byte[] afterPrefix(byte[] prefix) {
        int end = prefix.length;
        while (prefix[end - 1] == (byte) 0xff) {
            end--;
        }
        var after = Arrays.copyOf(prefix, end);
        after[end - 1]++;
        return after;
    }
}
