package org.linkmoderation.functions.scan;

import org.linkmoderation.functions.InvalidSetting;

/** Someone else to ask about a link in which the scan found nothing. */
interface SecondOpinion {

    /** What was answered. */
    enum Answer {
        CLEAR,
        LISTED,
        SLOW,
        FAILED
    }

    /** Asks, and returns within the time budget whatever happens. Throws nothing. */
    Answer ask(String canonicalUrl);

    /**
     * Google Web Risk, if the settings ask for it.
     *
     * @param settings how to ask, or null for not at all
     * @return null for not at all
     * @throws InvalidSetting if Google's client is not in the class path, or cannot be set up
     */
    static SecondOpinion of(Settings.WebRiskSettings settings) {
        if (settings == null) {
            return null;
        }
        try {
            return new WebRisk(settings);
        } catch (NoClassDefFoundError e) {
            throw new InvalidSetting(
                    Settings.PREFIX + "WEB_RISK",
                    "on",
                    "off here, as com.google.cloud:google-cloud-webrisk is not in the class path",
                    e);
        } catch (java.io.IOException e) {
            throw new InvalidSetting(
                    Settings.PREFIX + "WEB_RISK",
                    "on",
                    "Google's default credentials or an API key for it, and there are none: " + e.getMessage(),
                    e);
        }
    }
}
