package org.linkmoderation.local.dynamodb.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyBytesTest {

    private static final int SEED = 7;

    private static void assertSameOrder(List<Value> values) {
        for (var a : values) {
            for (var b : values) {
                int order = Integer.signum(Value.compare(a, b));
                assertThat(Integer.signum(Arrays.compareUnsigned(KeyBytes.of(a), KeyBytes.of(b))))
                        .as("%s and %s", a, b)
                        .isEqualTo(order);
                // What follows a key must not matter, unless the keys are equal
                if (order != 0) {
                    assertThat(Integer.signum(Arrays.compareUnsigned(
                                    KeyBytes.join(KeyBytes.of(a), new byte[] {(byte) 0xfe}), KeyBytes.of(b))))
                            .isEqualTo(order);
                }
            }
        }
    }

    @Test
    void shouldOrderNumbersOf38Digits() {
        var random = new Random(SEED);
        var numbers = new ArrayList<Value>();
        for (var text : List.of(
                "0",
                "1",
                "-1",
                "10",
                "9",
                "99",
                "100",
                "101",
                "-10",
                "-9",
                "-99",
                "-100",
                "0.1",
                "0.09",
                "1e-130",
                "-1e-130",
                "9.9999999999999999999999999999999999999e125",
                "-9.9999999999999999999999999999999999999e125",
                "12345678901234567890123456789012345678",
                "12345678901234567890123456789012345679",
                "1.1",
                "1.10",
                "1.01")) {
            numbers.add(Numbers.parse(text));
        }
        for (int i = 0; i < 200; i++) {
            var digits = new BigInteger(1 + random.nextInt(120), random);
            var number = new BigDecimal(digits, random.nextInt(120) - 40);
            numbers.add(Numbers.parse((random.nextBoolean() ? number : number.negate()).toString()));
        }
        assertSameOrder(numbers);
    }

    @Test
    void shouldOrderTextsByTheirUtf8() {
        var random = new Random(SEED);
        var texts = new ArrayList<Value>();
        for (int i = 0; i < 200; i++) {
            var text = new StringBuilder();
            int length = random.nextInt(5);
            for (int j = 0; j < length; j++) {
                text.appendCodePoint(new int[] {0, 1, 'a', 'b', 0x7f, 0xe9, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff}
                        [random.nextInt(11)]);
            }
            texts.add(Value.text(text.toString()));
        }
        assertSameOrder(texts);
    }

    @Test
    void shouldOrderBinaries() {
        var random = new Random(SEED);
        var binaries = new ArrayList<Value>();
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[random.nextInt(5)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = new byte[] {0, 1, 127, (byte) 128, (byte) 254, (byte) 255}[random.nextInt(6)];
            }
            binaries.add(Value.binary(bytes));
        }
        assertSameOrder(binaries);
    }
}
