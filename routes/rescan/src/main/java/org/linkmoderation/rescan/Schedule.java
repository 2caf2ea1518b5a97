package org.linkmoderation.rescan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionAlreadyExistsException;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the rescan of all links at each tick, and whenever the function scans with other lists. Each container does so
 * for itself: the name of the execution is that of the tick, or of the lists, so that one is started, and one that was
 * missed while all containers were down is started late.
 */
final class Schedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
    private static final DateTimeFormatter TICK =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LIST_VERSION = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final long LOOK_SECONDS = 5;

    private final Executions executions;
    private final Clock clock;
    private final RescanSettings.Times times;
    private final ScheduledExecutorService timer;
    private String started = "";
    private String failure = "";

    /**
     * @param executions starts the rescans
     * @param clock the clock
     * @param times when
     */
    Schedule(Executions executions, Clock clock, RescanSettings.Times times) {
        this.executions = executions;
        this.clock = clock;
        this.times = times;
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "rescan schedule");
            thread.setDaemon(true);
            return thread;
        });
        if (!times.interval().isZero()) {
            timer.scheduleWithFixedDelay(() -> look(this::tick), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
        if (!times.listsInterval().isZero()) {
            long seconds = times.listsInterval().toSeconds();
            timer.scheduleWithFixedDelay(
                    () -> look(this::checkLists), Math.min(LOOK_SECONDS, seconds), seconds, TimeUnit.SECONDS);
        }
    }

    /** Starts something. */
    interface Look {
        void run() throws InvalidRequestException;
    }

    /** What fails is tried again at the next look; it is logged once. */
    private void look(Look look) {
        try {
            look.run();
            failure = "";
        } catch (InvalidRequestException | RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(failure)) {
                LOG.warn("The rescan of all links could not be started, and is tried again: {}", message);
                failure = message;
            }
        }
    }

    /** Starts the rescan of the tick that it is past, unless that was done. */
    void tick() throws InvalidRequestException {
        if (!executions.stateMachines().contains(RescanAllStateMachine.NAME)) {
            // It is starting
            return;
        }
        String name = nameOfTick(clock.instant(), times.interval(), times.offset());
        if (!name.equals(started)) {
            start(name, JsonNodeFactory.instance.objectNode());
            started = name;
        }
    }

    /** The name of the last tick: ticks are whole intervals from the start of 1970 in UTC, and the offset. */
    static String nameOfTick(Instant now, Duration interval, Duration offset) {
        long seconds = interval.toSeconds();
        long tick = Math.floorDiv(now.getEpochSecond() - offset.toSeconds(), seconds) * seconds + offset.toSeconds();
        return "at-" + TICK.format(Instant.ofEpochSecond(tick));
    }

    /** Starts the rescan of what was not scanned with the present lists, unless that was done. */
    void checkLists() throws InvalidRequestException {
        if (!executions.stateMachines().containsAll(List.of(RescanAllStateMachine.NAME, ListsStateMachine.NAME))) {
            // They are starting
            return;
        }
        Execution asked = executions.runExpress(ListsStateMachine.NAME, Optional.empty(), ListsStateMachine.INPUT);
        if (asked.status() != ExecutionStatus.SUCCEEDED) {
            throw new InvalidRequestException("the function does not say which lists it scans with: "
                    + asked.error().orElse(""));
        }
        Optional<String> version = version(asked.output().orElse("{}"));
        if (version.isPresent()) {
            start(
                    "lists-" + version.get(),
                    JsonNodeFactory.instance.objectNode().put("listVersion", version.get()));
        }
    }

    private static Optional<String> version(String answer) throws InvalidRequestException {
        try {
            return Optional.ofNullable(JSON.readTree(answer).path("listVersion").textValue())
                    .filter(text -> LIST_VERSION.matcher(text).matches());
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("the function's answer is no JSON", e);
        }
    }

    private void start(String name, ObjectNode input) throws InvalidRequestException {
        try {
            executions.startRecorded(RescanAllStateMachine.NAME, Optional.of(name), input.toString());
        } catch (ExecutionAlreadyExistsException e) {
            LOG.debug("The rescan {} was started before", name);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
