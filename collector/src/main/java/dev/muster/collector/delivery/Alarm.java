package dev.muster.collector.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How the worker waits, so that tests need not. One thread waits; any may ring. */
public interface Alarm {
    /**
     * Waits until the time has come or somebody rang, also if that was before the call. May return early.
     *
     * @throws InterruptedException when interrupted
     */
    void await(Instant until) throws InterruptedException;

    /** Ends the wait that runs, or the next one. */
    void ring();

    /** The real one. */
    static Alarm of(InstantSource clock) {
        var rings = new Semaphore(0);
        return new Alarm() {
            @Override
            public void await(Instant until) throws InterruptedException {
                Duration wait = Duration.between(clock.instant(), until);
                if (rings.tryAcquire(TimeUnit.MILLISECONDS.convert(wait), TimeUnit.MILLISECONDS)) {
                    // However often it rang: the worker looks once.
                    rings.drainPermits();
                }
            }

            @Override
            public void ring() {
                rings.release();
            }
        };
    }
}
