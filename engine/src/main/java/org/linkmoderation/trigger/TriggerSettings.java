package org.linkmoderation.trigger;

import java.io.File;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

/**
 * Where the requests of a state machine come from, and where it tells of its executions.
 *
 * @param queue the queue of requests
 * @param consumers how many requests this container works on at once
 * @param notices the topic of notices
 * @param noticesQueue a queue that gets each notice too, for a reader who must miss none
 * @param inbox the drop folder
 * @param inboxMinAge how long a file must be unchanged before it is read
 */
public record TriggerSettings(
        String queue, int consumers, String notices, Optional<String> noticesQueue, File inbox, Duration inboxMinAge) {
    private static final Pattern DESTINATION = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final String DESTINATION_EXPECTED = "1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '-'";
    private static final Pattern PATH = Pattern.compile("[^?#]+");

    /** Settings without a queue of notices. */
    public TriggerSettings(String queue, int consumers, String notices, File inbox, Duration inboxMinAge) {
        this(queue, consumers, notices, Optional.empty(), inbox, inboxMinAge);
    }

    /**
     * Reads the settings.
     *
     * @param settings the settings of the state machine
     * @param queue the queue by default
     * @param notices the topic by default
     * @param inbox the drop folder by default
     * @throws InvalidSetting if one of them can't be used
     */
    public static TriggerSettings of(Settings settings, String queue, String notices, String inbox) {
        return new TriggerSettings(
                settings.text("queue", queue, DESTINATION, DESTINATION_EXPECTED),
                settings.integer("consumers", 8, 1, 256),
                settings.text("notices.topic", notices, DESTINATION, DESTINATION_EXPECTED),
                settings.optional("notices.queue")
                        .map(found -> settings.text("notices.queue", found, DESTINATION, DESTINATION_EXPECTED)),
                new File(settings.text("inbox", inbox, PATH, "a folder, without '?' and '#'")),
                settings.seconds("inbox.min.age.seconds", 2, 1, 3600));
    }
}
