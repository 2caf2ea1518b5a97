package org.linkmoderation.local.dynamodb.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/** Numbers as DynamoDB has them: 38 significant digits, magnitudes of 1E-130 to 9.99…E+125. */
public final class Numbers {

    private static final MathContext PRECISION = new MathContext(38, RoundingMode.HALF_UP);
    private static final int GREATEST_EXPONENT = 125;
    private static final int LEAST_EXPONENT = -130;
    /** Longer ones are refused before they are parsed, which takes time by the square of their length. */
    private static final int MOST_CHARACTERS = 400;

    /** What needs no parsing. */
    private static final Pattern PLAIN = Pattern.compile("0|[1-9][0-9]{0,37}");

    private Numbers() {}

    /**
     * Reads a number as sent.
     *
     * @throws ApiException if it is none, or out of range
     */
    public static Value parse(String text) {
        if (PLAIN.matcher(text).matches()) {
            return new Value(Type.N, text);
        }
        if (text.length() > MOST_CHARACTERS) {
            throw notNumeric(text);
        }
        try {
            return checked(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw notNumeric(text);
        }
    }

    private static ApiException notNumeric(String text) {
        return ApiException.validation("The parameter cannot be converted to a numeric value"
                + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), 100))));
    }

    /** The sum of two numbers. */
    public static Value add(Value a, Value b) {
        return checked(a.number().add(b.number()).round(PRECISION));
    }

    /** The difference of two numbers. */
    public static Value subtract(Value a, Value b) {
        return checked(a.number().subtract(b.number()).round(PRECISION));
    }

    private static Value checked(BigDecimal number) {
        var canonical = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        int exponent = canonical.precision() - canonical.scale() - 1;
        if (exponent > GREATEST_EXPONENT) {
            throw ApiException.validation(
                    "Number overflow. Attempting to store a number with magnitude larger than supported range");
        }
        if (exponent < LEAST_EXPONENT) {
            throw ApiException.validation(
                    "Number underflow. Attempting to store a number with magnitude smaller than supported range");
        }
        if (canonical.precision() > PRECISION.getPrecision()) {
            throw ApiException.validation("Attempting to store more than 38 significant digits in a Number");
        }
        return new Value(Type.N, canonical.toPlainString());
    }
}
