package org.linkmoderation.local.dynamodb.expression;

import java.util.Map;
import org.linkmoderation.local.dynamodb.value.ItemSize;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Binary;
import org.linkmoderation.local.dynamodb.value.Value.Document;
import org.linkmoderation.local.dynamodb.value.Value.Elements;
import org.linkmoderation.local.dynamodb.value.Value.Num;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;
import org.linkmoderation.local.dynamodb.value.Value.Text;

/** What a condition compares. */
public sealed interface Operand {

    /** Its value for an item; null if it has none. */
    Value of(Map<String, Value> item);

    /** The value that a path leads to. */
    record Path(DocumentPath path) implements Operand {

        @Override
        public Value of(Map<String, Value> item) {
            return path.get(item);
        }
    }

    /** A value of the request. */
    record Literal(Value value) implements Operand {

        @Override
        public Value of(Map<String, Value> item) {
            return value;
        }
    }

    /** The size of a text, binary or container. */
    record Size(Operand operand) implements Operand {

        @Override
        public Value of(Map<String, Value> item) {
            var value = operand.of(item);
            int size = -1;
            if (value instanceof Text text) {
                size = ItemSize.utf8(text.text());
            } else if (value instanceof Binary binary) {
                size = binary.bytes().length;
            } else if (value instanceof Document document) {
                size = document.members().size();
            } else if (value instanceof Sequence sequence) {
                size = sequence.elements().size();
            } else if (value instanceof Elements set) {
                size = set.elements().size();
            }
            return size < 0 ? null : new Num(Integer.toString(size));
        }
    }
}
