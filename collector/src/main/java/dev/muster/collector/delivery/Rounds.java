package dev.muster.collector.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of a worker, which looks at its outbox whenever it was woken or the time has come. Start it once, stop it once. */
final class Rounds {
    /** After the work in hand was cut short, for the thread to notice. */
    private static final Duration CUT_GRACE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final String name;
    private final Alarm alarm;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    Rounds(String name, Alarm alarm) {
        this.name = name;
        this.alarm = alarm;
    }

    /**
     * @param pass does what is due and says when to look again
     * @param end runs last on the thread
     */
    void start(Supplier<Instant> pass, Runnable end) {
        thread = Thread.ofPlatform().name(name).daemon().start(() -> run(pass, end));
    }

    private void run(Supplier<Instant> pass, Runnable end) {
        try {
            while (!stopping) {
                alarm.await(pass.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end.run();
        }
    }

    /** From any thread; never blocks. */
    void wake() {
        alarm.ring();
    }

    /** For work that ends when its thread is interrupted. */
    void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /**
     * Lets the work in hand end within {@code grace}, then has it cut short. Returns after {@code grace} and five seconds at the latest.
     *
     * @throws InterruptedException when interrupted while waiting
     */
    void stop(Duration grace, Runnable cut) throws InterruptedException {
        stopping = true;
        alarm.ring();
        Thread running = thread;
        if (running == null || running.join(grace)) {
            return;
        }
        cut.run();
        if (!running.join(CUT_GRACE)) {
            LOG.warn("delivery_stop_incomplete worker={}", name);
        }
    }
}
