package org.linkmoderation.local.dynamodb.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.Value;

/** A condition, or something that conditions and updates compute with. */
public sealed interface Expression permits DocumentPath, Expression.Literal, Expression.Call {

    /** Its value for an item, which is empty if it does not exist; null if there is none. */
    Value of(Map<String, Value> item);

    /** Tells whether it holds for an item. */
    default boolean test(Map<String, Value> item) {
        return Value.TRUE.equals(of(item));
    }

    /** Tells whether it is a condition. */
    default boolean isCondition() {
        return this instanceof Call call && call.operator.isCondition();
    }

    /** A value of the request. */
    record Literal(Value value) implements Expression {

        @Override
        public Value of(Map<String, Value> item) {
            return value;
        }
    }

    /** An operator or a function with its operands. */
    record Call(Operator operator, List<Expression> operands) implements Expression {

        Call(Operator operator, Expression... operands) {
            this(operator, List.of(operands));
        }

        @Override
        public Value of(Map<String, Value> item) {
            var values = new ArrayList<Value>();
            for (var operand : operands) {
                values.add(operand.of(item));
                if (operator.isDecidedBy(values)) {
                    break;
                }
            }
            return operator.of(values);
        }
    }
}
