package org.linkmoderation.functions.scan;

import com.google.cloud.webrisk.v1.WebRiskServiceClient;
import com.google.cloud.webrisk.v1.WebRiskServiceSettings;
import com.google.webrisk.v1.SearchUrisRequest;
import com.google.webrisk.v1.ThreatType;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Google Web Risk's Lookup API by Google's client, over HTTP/JSON. Google learns each URL that is asked about. Apart
 * from the interface because the client need not be there: only the setting loads this class.
 */
final class WebRisk implements SecondOpinion {

    private static final Logger LOG = System.getLogger(WebRisk.class.getName());

    private final WebRiskServiceClient client;
    private final Duration budget;

    WebRisk(Settings.WebRiskSettings settings) throws IOException {
        var builder = WebRiskServiceSettings.newHttpJsonBuilder();
        // One attempt: a retry would not fit into the budget
        builder.searchUrisSettings().setSimpleTimeoutNoRetriesDuration(settings.budget());
        if (!settings.endpoint().isEmpty()) {
            builder.setEndpoint(settings.endpoint());
        }
        if (!settings.apiKey().isEmpty()) {
            builder.setApiKey(settings.apiKey());
        }
        this.client = WebRiskServiceClient.create(builder.build());
        this.budget = settings.budget();
    }

    @Override
    public Answer ask(String canonicalUrl) {
        try {
            var request = SearchUrisRequest.newBuilder()
                    .setUri(canonicalUrl)
                    .addThreatTypes(ThreatType.MALWARE)
                    .addThreatTypes(ThreatType.SOCIAL_ENGINEERING)
                    .addThreatTypes(ThreatType.UNWANTED_SOFTWARE)
                    .build();
            var answer = client.searchUrisCallable().futureCall(request);
            try {
                return answer.get(budget.toMillis(), TimeUnit.MILLISECONDS).hasThreat() ? Answer.LISTED : Answer.CLEAR;
            } catch (TimeoutException e) {
                answer.cancel(true);
                return Answer.SLOW;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.SLOW;
        } catch (ExecutionException | RuntimeException e) {
            if (isDeadline(e)) {
                return Answer.SLOW;
            }
            LOG.log(Level.WARNING, "Google Web Risk could not be asked: {0}.", e.getMessage());
            return Answer.FAILED;
        }
    }

    private static boolean isDeadline(Exception e) {
        return e.getCause() instanceof com.google.api.gax.rpc.DeadlineExceededException;
    }
}
