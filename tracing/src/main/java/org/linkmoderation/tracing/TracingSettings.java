package org.linkmoderation.tracing;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.Settings;

/**
 * The settings of the traces.
 *
 * @param endpoint where spans are sent by OTLP over HTTP; nothing is traced without it
 * @param authorization the header Authorization of each request there
 * @param serviceName the name that the traces have for this container
 * @param sampleRatio the part of the traces that begin here that is recorded, 0 to 1
 * @param tracePage the pages of the site that shows traces
 */
record TracingSettings(
        Optional<URI> endpoint,
        Optional<String> authorization,
        String serviceName,
        double sampleRatio,
        Optional<TracePage> tracePage) {
    static final String PID = "org.linkmoderation.tracing";

    private static final String URL = "an http or https URL, or nothing";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    static boolean isHttp(URI uri) {
        return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    }

    static TracingSettings of(Map<String, ?> properties) {
        Settings settings = new Settings(PID, properties);
        return new TracingSettings(
                settings.optional("endpoint")
                        .map(value -> settings.uri("endpoint", value, TracingSettings::isHttp, URL)),
                settings.optional("authorization"),
                settings.text(
                        "service.name", "link-moderation", NAME, "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'"),
                settings.number("sample.ratio", 1, 0, 1),
                settings.optional(TracePage.KEY).map(value -> TracePage.of(settings, value)));
    }
}
