package org.linkmoderation.local.dynamodb.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.linkmoderation.local.dynamodb.value.Value.Num;

/** Numbers as DynamoDB has them: 38 significant digits, magnitudes of 1E-130 to 9.99…E+125. */
public final class Numbers {

    private static final int PRECISION = 38;
    private static final int GREATEST_EXPONENT = 125;
    private static final int LEAST_EXPONENT = -130;
    /** Longer ones are refused before they are parsed, which takes time by the square of their length. */
    private static final int MOST_CHARACTERS = 400;

    private Numbers() {}

    /**
     * Reads a number as sent.
     *
     * @throws ApiException if it is none, or out of range
     */
    public static Num parse(String text) {
        if (isPlainInteger(text)) {
            return new Num(text);
        }
        if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
            throw notNumeric(text);
        }
        try {
            return checked(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw notNumeric(text);
        }
    }

    private static ApiException notNumeric(String text) {
        return ApiException.validation(
                text.isEmpty()
                        ? "The parameter cannot be converted to a numeric value"
                        : "The parameter cannot be converted to a numeric value: "
                                + text.substring(0, Math.min(text.length(), 100)));
    }

    private static boolean isPlainInteger(String text) {
        int length = text.length();
        if (length == 0 || length > PRECISION || text.charAt(0) == '0' && length > 1) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** The sum of two numbers. */
    public static Num add(Num a, Num b) {
        return checked(rounded(a.number().add(b.number())));
    }

    /** The difference of two numbers. */
    public static Num subtract(Num a, Num b) {
        return checked(rounded(a.number().subtract(b.number())));
    }

    private static BigDecimal rounded(BigDecimal number) {
        return number.round(new MathContext(PRECISION, RoundingMode.HALF_UP));
    }

    private static Num checked(BigDecimal number) {
        var canonical = number.stripTrailingZeros();
        if (canonical.signum() == 0) {
            return new Num("0");
        }
        int exponent = canonical.precision() - canonical.scale() - 1;
        if (exponent > GREATEST_EXPONENT) {
            throw ApiException.validation(
                    "Number overflow. Attempting to store a number with magnitude larger than supported range");
        }
        if (exponent < LEAST_EXPONENT) {
            throw ApiException.validation(
                    "Number underflow. Attempting to store a number with magnitude smaller than supported range");
        }
        if (canonical.precision() > PRECISION) {
            throw ApiException.validation("Attempting to store more than 38 significant digits in a Number");
        }
        return new Num(canonical.toPlainString());
    }
}
