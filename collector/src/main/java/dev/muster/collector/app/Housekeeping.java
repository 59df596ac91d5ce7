package dev.muster.collector.app;

import dev.muster.collector.graph.GraphException;
import dev.muster.collector.graph.Retention;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops old history now and then, on a thread of its own. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** An ended connection stays a day, and an hour more matters to nobody. */
    private static final long PAUSE_MINUTES = 60;

    /** The start of a collector has better to do. */
    private static final long FIRST_MINUTES = 10;

    private final Retention retention;
    private final InstantSource clock;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("housekeeping").daemon().unstarted(task));

    Housekeeping(Retention retention, InstantSource clock) {
        this.retention = retention;
        this.clock = clock;
    }

    Housekeeping start() {
        var _ = executor.scheduleWithFixedDelay(this::run, FIRST_MINUTES, PAUSE_MINUTES, TimeUnit.MINUTES);
        return this;
    }

    private void run() {
        try {
            Retention.Dropped dropped = retention.run(clock.instant());
            if (dropped.total() > 0) {
                LOG.info(
                        "event=history-dropped changes={} events={} deliveries={} dead-letters={} ended-edges={}",
                        dropped.changes(),
                        dropped.events(),
                        dropped.deliveries(),
                        dropped.deadLetters(),
                        dropped.endedEdges());
            }
        } catch (GraphException e) {
            LOG.warn("event=housekeeping-failed error=\"{}\"", e.getMessage());
        }
    }

    /** A run in between fails when the graph closes: its batches are whole. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
