package org.linkmoderation.domains;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/**
 * The functions ChargeCard and RefundCharge with their rules over a ledger in memory, and with what a test lets go
 * wrong.
 */
final class InMemoryCards implements LambdaClient {
    static final String CARD = "tok_0123456789_4242";

    /** The errors by which ChargeCard says that it has charged nothing. */
    static final Set<String> REFUSALS = Set.of("InsufficientFunds", "UnknownCard", "ChargeCancelled");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What goes wrong with one call. */
    enum Fault {
        /** Lambda refuses; nothing is done. */
        THROTTLED,
        /** There is no answer in time, and nothing is done. */
        TIMEOUT_BEFORE,
        /** It is done, and there is no answer in time. */
        TIMEOUT_AFTER,
        /** The function refuses for a reason of its business. */
        DECLINED,
        /** It is done, and then the function fails. */
        CRASHED_AFTER
    }

    private final Map<String, Long> charges = new HashMap<>();
    private final Set<String> refunded = new HashSet<>();
    private final List<String> effects = new ArrayList<>();
    private final List<String> payloads = new ArrayList<>();
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final Map<String, Runnable> during = new HashMap<>();

    /** Lets the next call of a function go wrong, and one more for each further time. */
    void fail(String function, Fault fault) {
        faults.computeIfAbsent(function, f -> new ArrayDeque<>()).add(fault);
    }

    /** Does something during the next call of a function, after its effect. */
    void during(String function, Runnable happening) {
        during.put(function, happening);
    }

    /** What was taken and not given back. */
    long balance() {
        return charges.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The effects in order, {@code ChargeCard} and {@code RefundCharge}. */
    List<String> effects() {
        return List.copyOf(effects);
    }

    /** The requests in order. */
    List<String> payloads() {
        return List.copyOf(payloads);
    }

    void clear() {
        charges.clear();
        refunded.clear();
        effects.clear();
        payloads.clear();
        faults.clear();
        during.clear();
    }

    @Override
    public InvokeResponse invoke(InvokeRequest request) {
        String function = request.functionName();
        payloads.add(request.payload().asUtf8String());
        Deque<Fault> told = faults.getOrDefault(function, new ArrayDeque<>());
        Fault fault = told.isEmpty() ? null : told.remove();
        if (fault == Fault.THROTTLED) {
            throw LambdaException.builder()
                    .statusCode(429)
                    .message("slower")
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("TooManyRequestsException")
                            .build())
                    .build();
        }
        if (fault == Fault.TIMEOUT_BEFORE) {
            throw ApiCallTimeoutException.create(1);
        }
        if (fault == Fault.DECLINED) {
            return error("InsufficientFunds");
        }
        InvokeResponse response = answer(function, read(request.payload().asUtf8String()));
        if (during.containsKey(function)) {
            during.remove(function).run();
        }
        if (fault == Fault.CRASHED_AFTER) {
            return error("java.lang.NullPointerException");
        }
        if (fault == Fault.TIMEOUT_AFTER) {
            throw ApiCallTimeoutException.create(1);
        }
        return response;
    }

    private InvokeResponse answer(String function, JsonNode request) {
        String key = request.get("key").textValue();
        if (function.equals("ChargeCard")) {
            if (refunded.contains(key)) {
                return error("ChargeCancelled");
            }
            if (!request.path("card").asText().equals(CARD)) {
                return error("UnknownCard");
            }
            if (charges.putIfAbsent(key, request.get("amount").longValue()) == null) {
                effects.add("ChargeCard");
            }
            return response("{\"chargeId\":\"ch_" + key.hashCode() + "\",\"status\":\"CHARGED\"}");
        }
        refunded.add(key);
        boolean wasCharged = charges.remove(key) != null;
        if (wasCharged) {
            effects.add("RefundCharge");
        }
        return response("{\"status\":\"" + (wasCharged ? "REFUNDED" : "NOTHING_TO_REFUND") + "\"}");
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static InvokeResponse response(String json) {
        return InvokeResponse.builder()
                .statusCode(200)
                .payload(SdkBytes.fromUtf8String(json))
                .build();
    }

    private static InvokeResponse error(String errorType) {
        return response("{\"errorType\":\"" + errorType + "\",\"errorMessage\":\"no\"}").toBuilder()
                .functionError("Unhandled")
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing
    }
}
