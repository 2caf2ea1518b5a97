package org.linkmoderation.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The Lambda function that says whether a link is safe: the request's own fields, and {@code safe}, {@code reasons},
 * {@code listVersion}.
 */
public class ModerateCheck implements RequestHandler<Map<String, Object>, Map<String, Object>> {

    private static final String LIST = "phrases.txt";
    private static final String LIST_VERSION = "sample-1";

    private final List<String> phrases = readPhrases();

    /**
     * Judges one link.
     *
     * @param request a {@code url}, and any other fields, which the answer keeps
     * @throws InvalidRequest if there is no {@code url}, or it is not a string
     */
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
        if (request == null || !(request.get("url") instanceof String url)) {
            throw new InvalidRequest("The request needs a field \"url\" that is a string.");
        }
        var lower = url.toLowerCase(Locale.ROOT);
        var reasons = phrases.stream().anyMatch(lower::contains) ? List.of("PHRASE") : List.<String>of();
        var answer = new LinkedHashMap<>(request);
        answer.put("safe", reasons.isEmpty());
        answer.put("reasons", reasons);
        answer.put("listVersion", LIST_VERSION);
        return answer;
    }

    private static List<String> readPhrases() {
        try (InputStream in = ModerateCheck.class.getResourceAsStream(LIST);
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The packaged phrase list cannot be read.", e);
        }
    }
}
