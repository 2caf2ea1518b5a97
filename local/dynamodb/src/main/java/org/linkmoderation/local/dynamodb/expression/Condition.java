package org.linkmoderation.local.dynamodb.expression;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Binary;
import org.linkmoderation.local.dynamodb.value.Value.Elements;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;
import org.linkmoderation.local.dynamodb.value.Value.Text;

/** A condition on an item. */
public sealed interface Condition {

    /** Tells whether it holds; of an item that does not exist, the map is empty. */
    boolean test(Map<String, Value> item);

    /** Both hold. */
    record And(Condition left, Condition right) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            return left.test(item) && right.test(item);
        }
    }

    /** One holds. */
    record Or(Condition left, Condition right) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            return left.test(item) || right.test(item);
        }
    }

    /** It does not hold. */
    record Not(Condition condition) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            return !condition.test(item);
        }
    }

    /** The operators of {@link Comparison}. */
    enum Operator {
        EQ("="),
        NE("<>"),
        LT("<"),
        LE("<="),
        GT(">"),
        GE(">=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        /** How it is written in an expression. */
        public String symbol() {
            return symbol;
        }

        private boolean isOrder() {
            return this != EQ && this != NE;
        }

        private boolean holds(int order) {
            return switch (this) {
                case LT -> order < 0;
                case LE -> order <= 0;
                case GT -> order > 0;
                case GE -> order >= 0;
                case EQ -> order == 0;
                case NE -> order != 0;
            };
        }
    }

    /** A comparison; values of different types are unequal and have no order, and what is missing is unequal. */
    record Comparison(Operator operator, Operand left, Operand right) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            var a = left.of(item);
            var b = right.of(item);
            if (!operator.isOrder()) {
                boolean equal = a != null && a.equals(b);
                return operator == Operator.EQ ? equal : !equal;
            }
            return a != null
                    && b != null
                    && a.type() == b.type()
                    && Value.isOrdered(a.type())
                    && operator.holds(Value.compare(a, b));
        }
    }

    /** A value between two, both included. */
    record Between(Operand operand, Operand low, Operand high) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            return new Comparison(Operator.GE, operand, low).test(item)
                    && new Comparison(Operator.LE, operand, high).test(item);
        }
    }

    /** A value that equals one of several. */
    record In(Operand operand, List<Operand> candidates) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            var value = operand.of(item);
            return value != null && candidates.stream().anyMatch(candidate -> value.equals(candidate.of(item)));
        }
    }

    /** A path that leads to a value. */
    record Exists(DocumentPath path) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            return path.get(item) != null;
        }
    }

    /** A path that leads to a value of a type. */
    record HasType(DocumentPath path, String type) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            var value = path.get(item);
            return value != null && value.type().name().equals(type);
        }
    }

    /** A text or binary that begins with another. */
    record BeginsWith(Operand operand, Operand prefix) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            var value = operand.of(item);
            var begin = prefix.of(item);
            if (value instanceof Text text && begin instanceof Text other) {
                return text.text().startsWith(other.text());
            }
            return value instanceof Binary whole
                    && begin instanceof Binary part
                    && whole.bytes().length >= part.bytes().length
                    && Arrays.equals(whole.bytes(), 0, part.bytes().length, part.bytes(), 0, part.bytes().length);
        }
    }

    /** A text or binary with a part, or a list or set with an element. */
    record Contains(Operand operand, Operand part) implements Condition {

        @Override
        public boolean test(Map<String, Value> item) {
            var value = operand.of(item);
            var wanted = part.of(item);
            if (value == null || wanted == null) {
                return false;
            }
            if (value instanceof Text text && wanted instanceof Text other) {
                return text.text().contains(other.text());
            }
            if (value instanceof Binary whole && wanted instanceof Binary other) {
                return contains(whole.bytes(), other.bytes());
            }
            if (value instanceof Sequence sequence) {
                return sequence.elements().contains(wanted);
            }
            return value instanceof Elements set && set.elements().contains(wanted);
        }

        private static boolean contains(byte[] whole, byte[] part) {
            for (int i = 0; i + part.length <= whole.length; i++) {
                if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
                    return true;
                }
            }
            return false;
        }
    }
}
