package org.linkmoderation.states;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.linkmoderation.component.Settings;

/**
 * Points in time that all containers agree on: whole intervals from the start of 1970 in UTC, and an offset.
 *
 * @param interval from one tick to the next, in whole seconds; zero for none at all
 * @param offset how long after a whole interval, in whole seconds; less than the interval
 */
public record Ticks(Duration interval, Duration offset) {
    private static final int YEAR = 31_536_000;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'at-'uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * Reads {@code interval.seconds} and {@code interval.offset.seconds}, up to a year.
     *
     * @param byDefault the default of the interval, in seconds
     * @param min the smallest interval, in seconds; 0 if there may be none
     * @throws org.linkmoderation.component.InvalidSetting if one of them can't be used
     */
    public static Ticks of(Settings settings, int byDefault, int min) {
        Duration interval = settings.seconds("interval.seconds", byDefault, min, YEAR);
        Duration offset = settings.seconds("interval.offset.seconds", 0, 0, YEAR);
        if (!offset.isZero() && offset.compareTo(interval) >= 0) {
            throw settings.invalid(
                    "interval.offset.seconds", "less than interval.seconds, which is " + interval.toSeconds() + ",");
        }
        return new Ticks(interval, offset);
    }

    /** Whether there is none. */
    public boolean isNever() {
        return interval.isZero();
    }

    /**
     * The name of the last tick, such as {@code at-20261129T030000Z}.
     *
     * @param now the time; not before the first tick
     */
    public String last(Instant now) {
        long seconds = interval.toSeconds();
        long tick = Math.floorDiv(now.getEpochSecond() - offset.toSeconds(), seconds) * seconds + offset.toSeconds();
        return NAME.format(Instant.ofEpochSecond(tick));
    }
}
