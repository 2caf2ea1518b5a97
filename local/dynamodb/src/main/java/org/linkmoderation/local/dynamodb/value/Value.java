package org.linkmoderation.local.dynamodb.value;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A value of an attribute. */
public sealed interface Value {

    /** The types, in an order that the stored items depend on. */
    enum Type {
        S,
        N,
        B,
        BOOL,
        NULL,
        M,
        L,
        SS,
        NS,
        BS
    }

    /** Its type. */
    Type type();

    /** A text. */
    record Text(String text) implements Value, Comparable<Text> {

        @Override
        public Type type() {
            return Type.S;
        }

        /** By UTF-8 bytes, which is by code points, not by UTF-16 units. */
        @Override
        public int compareTo(Text other) {
            int length = Math.min(text.length(), other.text.length());
            for (int i = 0; i < length; i++) {
                char a = text.charAt(i);
                char b = other.text.charAt(i);
                if (a != b) {
                    boolean oneIsSurrogate = Character.isSurrogate(a) != Character.isSurrogate(b);
                    return oneIsSurrogate ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
                }
            }
            return Integer.compare(text.length(), other.text.length());
        }
    }

    /** A number, by its canonical digits: equal numbers have equal digits. */
    record Num(String digits) implements Value, Comparable<Num> {

        @Override
        public Type type() {
            return Type.N;
        }

        /** The number. */
        public BigDecimal number() {
            return new BigDecimal(digits);
        }

        @Override
        public int compareTo(Num other) {
            return number().compareTo(other.number());
        }
    }

    /** Bytes. */
    record Binary(byte[] bytes) implements Value, Comparable<Binary> {

        @Override
        public Type type() {
            return Type.B;
        }

        @Override
        public int compareTo(Binary other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary binary && Arrays.equals(bytes, binary.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Value {

        @Override
        public Type type() {
            return Type.BOOL;
        }
    }

    /** Null, which is a value. */
    record Null() implements Value {

        @Override
        public Type type() {
            return Type.NULL;
        }
    }

    /** A map; its members may be changed by an update. */
    record Document(Map<String, Value> members) implements Value {

        @Override
        public Type type() {
            return Type.M;
        }
    }

    /** A list; its elements may be changed by an update. */
    record Sequence(List<Value> elements) implements Value {

        @Override
        public Type type() {
            return Type.L;
        }
    }

    /** A set of texts, numbers or bytes. */
    record Elements(Type type, Set<Value> elements) implements Value {}

    /** The same value, which shares nothing that can be changed. */
    static Value copy(Value value) {
        if (value instanceof Document document) {
            var members = new LinkedHashMap<String, Value>();
            document.members.forEach((name, member) -> members.put(name, copy(member)));
            return new Document(members);
        }
        if (value instanceof Sequence sequence) {
            var elements = new ArrayList<Value>();
            sequence.elements.forEach(element -> elements.add(copy(element)));
            return new Sequence(elements);
        }
        return value;
    }

    /** Compares two values of one ordered type; 0 or other is undefined for other types. */
    static int compare(Value a, Value b) {
        if (a instanceof Text x && b instanceof Text y) {
            return x.compareTo(y);
        }
        if (a instanceof Num x && b instanceof Num y) {
            return x.compareTo(y);
        }
        return ((Binary) a).compareTo((Binary) b);
    }

    /** Tells whether values of a type have an order: texts, numbers and bytes. */
    static boolean isOrdered(Type type) {
        return type == Type.S || type == Type.N || type == Type.B;
    }
}
