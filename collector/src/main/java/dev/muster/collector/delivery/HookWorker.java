package dev.muster.collector.delivery;

import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.Outbox.Row;
import dev.muster.scripts.Ownership;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the hooks of {@code notification.d} on the events of its outbox, one after the other, with one thread: a hook sees events in their
 * order. Start it once, stop it once.
 *
 * <p>A hook that fails is told in the log and in {@link #status}, and not run again for that event: nobody knows what it did already. Only
 * where the collector dies while hooks run do they see that event a second time, with the same {@code MUSTER_SEQ}.
 */
public final class HookWorker {
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);
    private static final Duration OUTBOX_PAUSE = Duration.ofSeconds(5);

    /** Beyond the hooks' own time; a claim is void when the collector starts again. */
    private static final Duration LEASE = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(HookWorker.class);

    private final HookConfig config;
    private final HookFolder folder;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Rounds rounds;
    private boolean begun;
    private volatile HookStatus status;

    /** A worker that is not started yet, of the route {@link Outbox#HOOKS}. */
    public HookWorker(HookConfig config, Outbox outbox, InstantSource clock, Alarm alarm) {
        this.config = config;
        this.folder = new HookFolder(config.folder(), Ownership.ofThisProcess());
        this.outbox = outbox;
        this.clock = clock;
        this.rounds = new Rounds("hooks", alarm);
        this.status = HookStatus.NOTHING_YET;
    }

    /** The events that hooks are told of. */
    public static Set<EventType> events() {
        return HookCall.events();
    }

    /** Begins, in a thread of its own. */
    public void start() {
        rounds.start(this::pass, () -> {});
    }

    /** Rows were written. From any thread; never blocks. */
    public void wake() {
        rounds.wake();
    }

    /** From any thread. */
    public HookStatus status() {
        return status;
    }

    /**
     * Ends the work; a hook that runs has {@code grace} to end.
     *
     * @throws InterruptedException when interrupted while waiting
     */
    public void stop(Duration grace) throws InterruptedException {
        rounds.stop(grace, rounds::interrupt);
    }

    Instant pass() {
        try {
            if (!begun) {
                outbox.voidClaims();
                begun = true;
            }
            while (!rounds.isStopping()) {
                Instant now = clock.instant();
                List<Row> rows = outbox.claim("hooks", now, LEASE, 1);
                if (rows.isEmpty()) {
                    Instant due = outbox.nextDue();
                    Instant latest = now.plus(LONGEST_REST);
                    return due.isBefore(latest) ? due : latest;
                }
                tell(rows.getFirst());
            }
            return clock.instant();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return clock.instant();
        } catch (RuntimeException e) {
            LOG.warn("hooks_outbox_failed error=\"{}\"", SafeText.line(String.valueOf(e.getMessage()), 200));
            return clock.instant().plus(OUTBOX_PAUSE);
        }
    }

    private void tell(Row row) throws InterruptedException {
        for (Event event : row.events()) {
            Optional<HookCall> call = HookCall.of(event);
            if (call.isPresent()) {
                runAll(call.get(), event.seq());
            }
        }
        outbox.delivered(List.of(row), clock.instant());
    }

    private void runAll(HookCall call, long seq) throws InterruptedException {
        HookFolder.Listing listing;
        try {
            listing = folder.list();
        } catch (IOException e) {
            status = status.failed("cannot read " + config.folder() + ": " + e);
            LOG.warn("hooks_unreadable folder={} error=\"{}\"", config.folder(), e.toString());
            return;
        }
        if (!listing.refused().equals(status.refused())) {
            listing.refused().forEach(text -> LOG.warn("hook_refused hook=\"{}\"", text));
        }
        status = status.listed(listing);
        for (Path hook : listing.hooks()) {
            Optional<String> failure = HookRun.run(hook, call, config);
            status = status.ran();
            if (failure.isPresent()) {
                LOG.warn("hook_failed hook={} seq={} error=\"{}\"", hook.getFileName(), seq, failure.get());
                status = status.failed(hook.getFileName() + ": " + failure.get());
            }
        }
    }
}
