package org.linkmoderation.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import org.linkmoderation.functions.scan.LinkScan;
import org.linkmoderation.functions.scan.ListsUnavailable;

/**
 * The Lambda function that says whether a link is safe. The answer has all fields of the request and, over fields of
 * the same name, those of {@link org.linkmoderation.functions.scan.Verdict#writeTo}.
 */
public class ModerateCheck implements RequestHandler<Map<String, Object>, Map<String, Object>> {

    private final LinkScan scan;

    /**
     * Takes the settings from the environment, as Lambda gives them.
     *
     * @throws org.linkmoderation.functions.InvalidSetting if a setting cannot be used
     */
    public ModerateCheck() {
        this(System.getenv());
    }

    /**
     * Takes the settings from a map, for where the function runs beside others in one process.
     *
     * @param environment names and values as of environment variables
     * @throws org.linkmoderation.functions.InvalidSetting if a setting cannot be used
     */
    public ModerateCheck(Map<String, String> environment) {
        scan = LinkScan.of(environment);
        try {
            // While Lambda initialises the function, so that a SnapStart snapshot has the lists and warm classes in it
            scan.prepare();
        } catch (ListsUnavailable e) {
            System.getLogger(ModerateCheck.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} Each link is a new attempt.", e.getMessage());
        }
    }

    /**
     * Judges one link.
     *
     * @param request a {@code url}, and any other fields, which the answer keeps
     * @throws InvalidRequest if there is no {@code url}, or it is not a string
     * @throws ListsUnavailable if a list could not be loaded yet, so that no link can be called safe
     */
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
        if (request == null || !(request.get("url") instanceof String url)) {
            throw new InvalidRequest("The request needs a field \"url\" that is a string.");
        }
        var answer = new LinkedHashMap<>(request);
        scan.judge(url).writeTo(answer);
        return answer;
    }
}
