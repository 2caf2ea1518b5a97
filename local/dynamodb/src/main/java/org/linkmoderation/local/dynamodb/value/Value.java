package org.linkmoderation.local.dynamodb.value;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A value of an attribute, which Jackson writes as the API has it.
 *
 * @param type its type
 * @param content a {@link String} for a text or a number, whose digits are canonical, so that equal numbers have equal
 *     ones; a {@link ByteBuffer} for bytes; a {@link Boolean} for booleans and null; a {@link Map} of values for a map,
 *     a {@link List} of values for a list, a {@link Set} of values for a set
 */
public record Value(Type type, Object content) {

    public static final Value TRUE = new Value(Type.BOOL, true);
    public static final Value FALSE = new Value(Type.BOOL, false);

    /** The types by their names in the API. */
    public enum Type {
        S("STRING"),
        N("NUMBER"),
        B("BINARY"),
        BOOL("BOOLEAN"),
        NULL("NULL"),
        M("MAP"),
        L("LIST"),
        SS("SS"),
        NS("NS"),
        BS("BS");

        public static final Set<Type> ALL = EnumSet.allOf(Type.class);
        public static final Set<Type> ORDERED = EnumSet.of(S, N, B);
        public static final Set<Type> SETS = EnumSet.of(SS, NS, BS);

        private final String title;

        Type(String title) {
            this.title = title;
        }

        /** Its name in some of the service's messages. */
        public String title() {
            return title;
        }

        /** The type of the elements of a set. */
        Type element() {
            return valueOf(name().substring(0, 1));
        }
    }

    /** A text. */
    public static Value text(String text) {
        return new Value(Type.S, text);
    }

    /** Bytes. */
    public static Value binary(byte[] bytes) {
        return new Value(Type.B, ByteBuffer.wrap(bytes));
    }

    /** What a text, a number or a set is written as in the JSON of the API, by its type. */
    @JsonValue
    Map<Type, Object> json() {
        return Map.of(
                type,
                Type.SETS.contains(type)
                        ? elements().stream().map(Value::content).toList()
                        : content);
    }

    /** The text, the digits, or the bytes as one character each. */
    public String characters() {
        return content instanceof ByteBuffer bytes ? new String(bytes.array(), ISO_8859_1) : (String) content;
    }

    /** The bytes of a text in UTF-8, or the bytes. */
    public byte[] bytes() {
        return content instanceof ByteBuffer bytes ? bytes.array() : ((String) content).getBytes(UTF_8);
    }

    /** The number. */
    public BigDecimal number() {
        return new BigDecimal((String) content);
    }

    /** The members of a map, which an update may change. */
    @SuppressWarnings("unchecked")
    public Map<String, Value> members() {
        return (Map<String, Value>) content;
    }

    /** The elements of a list, which an update may change. */
    @SuppressWarnings("unchecked")
    public List<Value> list() {
        return (List<Value>) content;
    }

    /** The elements of a list or a set. */
    @SuppressWarnings("unchecked")
    public Collection<Value> elements() {
        return (Collection<Value>) content;
    }

    /** Compares two values of one ordered type: texts by UTF-8, numbers by magnitude, binaries by unsigned bytes. */
    public static int compare(Value a, Value b) {
        return a.type == Type.N ? a.number().compareTo(b.number()) : Arrays.compareUnsigned(a.bytes(), b.bytes());
    }

    /**
     * The size that the service counts for an item, in bytes (developer guide, "DynamoDB item sizes and formats"):
     * names and texts by their UTF-8, numbers by half their digits and one, documents with three for themselves and one
     * for each member.
     */
    public static int size(Map<String, Value> item) {
        int size = 0;
        for (var member : item.entrySet()) {
            size += member.getKey().getBytes(UTF_8).length + member.getValue().size();
        }
        return size;
    }

    private int size() {
        return switch (type) {
            case S, B -> bytes().length;
            case N -> {
                var number = number().stripTrailingZeros();
                yield 1 + (number.precision() + 1) / 2 + (number.signum() < 0 ? 1 : 0);
            }
            case BOOL, NULL -> 1;
            case M -> 3 + members().size() + size(members());
            case L -> 3 + list().size() + list().stream().mapToInt(Value::size).sum();
            case SS, NS, BS -> elements().stream().mapToInt(Value::size).sum();
        };
    }
}
