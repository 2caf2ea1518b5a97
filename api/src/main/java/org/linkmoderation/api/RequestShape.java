package org.linkmoderation.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The members of a request with the constraints that the API's model has for each. A member of another type is refused
 * first; then all constraints that are broken are told at once. Members that the model lacks are ignored.
 */
final class RequestShape {
    private static final int MAX_SHOWN_CHARACTERS = 4_096;

    private interface Member {
        /** The type, in words, if the value has another one. */
        Optional<String> otherType(JsonNode value);

        /** The constraint that a value of the right type breaks, in the words of the service. */
        Optional<String> broken(JsonNode value);
    }

    private record Rule(String name, boolean isRequired, boolean isSecret, Member member) {}

    private final List<Rule> rules = new ArrayList<>();

    /** A text that must be there. */
    RequestShape required(String name, int maxCharacters) {
        return add(new Rule(name, true, false, text(1, maxCharacters)));
    }

    /** A text that may be missing. */
    RequestShape optional(String name, int maxCharacters) {
        return add(new Rule(name, false, false, text(1, maxCharacters)));
    }

    /** A text that may be missing and must match a pattern. */
    RequestShape optional(String name, int maxCharacters, String pattern) {
        Pattern expected = Pattern.compile(pattern);
        Member text = text(0, maxCharacters);
        return add(new Rule(name, false, false, new Member() {
            @Override
            public Optional<String> otherType(JsonNode value) {
                return text.otherType(value);
            }

            @Override
            public Optional<String> broken(JsonNode value) {
                return text.broken(value)
                        .or(() -> expected.matcher(value.textValue()).matches()
                                ? Optional.empty()
                                : Optional.of("satisfy regular expression pattern: " + pattern));
            }
        }));
    }

    /** A text, by its bytes in UTF-8, that must be there, and that an error does not repeat. */
    RequestShape requiredSecret(String name, int minBytes, int maxBytes) {
        return add(new Rule(name, true, true, bytes(minBytes, maxBytes)));
    }

    /** A text, by its bytes in UTF-8, that may be missing or empty, and that an error does not repeat. */
    RequestShape secret(String name, int maxBytes) {
        return add(new Rule(name, false, true, bytes(0, maxBytes)));
    }

    /** One of some texts; it may be missing. */
    RequestShape oneOf(String name, String... values) {
        List<String> expected = List.of(values);
        return add(new Rule(name, false, false, new Member() {
            @Override
            public Optional<String> otherType(JsonNode value) {
                return value.isTextual() ? Optional.empty() : Optional.of("a string");
            }

            @Override
            public Optional<String> broken(JsonNode value) {
                return expected.contains(value.textValue())
                        ? Optional.empty()
                        : Optional.of("satisfy enum value set: " + expected);
            }
        }));
    }

    /** {@code true} or {@code false}; it may be missing. */
    RequestShape flag(String name) {
        return add(new Rule(name, false, false, new Member() {
            @Override
            public Optional<String> otherType(JsonNode value) {
                return value.isBoolean() ? Optional.empty() : Optional.of("a boolean");
            }

            @Override
            public Optional<String> broken(JsonNode value) {
                return Optional.empty();
            }
        }));
    }

    /** A whole number from 0 to a maximum; it may be missing. */
    RequestShape number(String name, int max) {
        return add(new Rule(name, false, false, new Member() {
            @Override
            public Optional<String> otherType(JsonNode value) {
                return value.isIntegralNumber() ? Optional.empty() : Optional.of("an integer");
            }

            @Override
            public Optional<String> broken(JsonNode value) {
                if (value.decimalValue().compareTo(BigDecimal.valueOf(max)) > 0) {
                    return Optional.of("have value less than or equal to " + max);
                }
                return value.decimalValue().signum() < 0
                        ? Optional.of("have value greater than or equal to 0")
                        : Optional.empty();
            }
        }));
    }

    private RequestShape add(Rule rule) {
        rules.add(rule);
        return this;
    }

    private interface Length {
        int of(String text);
    }

    private static Member text(int min, int max) {
        return sized(min, max, String::length);
    }

    private static Member bytes(int min, int max) {
        return sized(min, max, text -> text.getBytes(StandardCharsets.UTF_8).length);
    }

    private static Member sized(int min, int max, Length length) {
        return new Member() {
            @Override
            public Optional<String> otherType(JsonNode value) {
                return value.isTextual() ? Optional.empty() : Optional.of("a string");
            }

            @Override
            public Optional<String> broken(JsonNode value) {
                int size = length.of(value.textValue());
                if (size > max) {
                    return Optional.of("have length less than or equal to " + max);
                }
                return size < min ? Optional.of("have length greater than or equal to " + min) : Optional.empty();
            }
        };
    }

    /**
     * Reads a request.
     *
     * @param body a JSON object
     * @throws ApiException if a member is missing, of another type or breaks a constraint
     */
    Parameters read(JsonNode body) {
        List<String> broken = new ArrayList<>();
        for (Rule rule : rules) {
            JsonNode value = body.path(rule.name());
            if (isPresent(value)) {
                rule.member().otherType(value).ifPresent(expected -> {
                    throw ApiException.of(
                            "SerializationException", "The member '" + rule.name() + "' is not " + expected);
                });
            }
        }
        for (Rule rule : rules) {
            JsonNode value = body.path(rule.name());
            if (isPresent(value)) {
                rule.member()
                        .broken(value)
                        .ifPresent(constraint ->
                                broken.add(violation(rule.isSecret() ? "" : shown(value), rule.name(), constraint)));
            } else if (rule.isRequired()) {
                broken.add(violation(" null", rule.name(), "not be null"));
            }
        }
        if (!broken.isEmpty()) {
            throw ApiException.of(
                    "ValidationException",
                    broken.size() + (broken.size() == 1 ? " validation error" : " validation errors") + " detected: "
                            + String.join("; ", broken));
        }
        return new Parameters(body);
    }

    private static boolean isPresent(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private static String violation(String value, String name, String constraint) {
        return "Value" + value + " at '" + name + "' failed to satisfy constraint: Member must " + constraint;
    }

    private static String shown(JsonNode value) {
        String text = value.asText();
        return " '" + (text.length() <= MAX_SHOWN_CHARACTERS ? text : text.substring(0, MAX_SHOWN_CHARACTERS) + "…")
                + "'";
    }
}
