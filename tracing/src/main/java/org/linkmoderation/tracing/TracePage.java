package org.linkmoderation.tracing;

import java.net.URI;
import org.linkmoderation.TraceViewer;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

/**
 * The pages of the web site that shows traces.
 *
 * @param url the http or https URL of each of them, with {@value #TRACE_ID} for the id of the trace
 */
record TracePage(String url) implements TraceViewer {
    static final String KEY = "trace.url";

    private static final String TRACE_ID = "{traceId}";
    private static final String ANY_ID = "0".repeat(32);
    private static final String EXPECTED =
            "an http or https URL with {traceId} after its host and without a user name, or nothing";

    /**
     * Reads the setting.
     *
     * @throws InvalidSetting if a browser must not be led there, or if it would be led to the same page for each trace
     */
    static TracePage of(Settings settings, String value) {
        if (!value.contains(TRACE_ID)) {
            throw settings.invalid(KEY, EXPECTED);
        }
        settings.uri(KEY, value.replace(TRACE_ID, ANY_ID), TracePage::isPage, EXPECTED);
        return new TracePage(value);
    }

    /** Every viewer of executions sees it, so it must hold no password. */
    private static boolean isPage(URI uri) {
        return TracingSettings.isHttp(uri)
                && uri.getRawUserInfo() == null
                && !uri.getAuthority().contains(ANY_ID);
    }

    @Override
    public URI page(String traceId) {
        return URI.create(url.replace(TRACE_ID, traceId));
    }
}
