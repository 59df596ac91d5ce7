package dev.muster.protocol.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Wall clock and monotonic clock of a world in which time passes only when told. */
public final class FakeClock implements InstantSource, LongSupplier {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    // Not 0, so that a forgotten initial value shows.
    private static final long BEGINNING_NANOS = 1_000;

    private long nanos = BEGINNING_NANOS;

    /** The monotonic clock. */
    public long nanos() {
        return nanos;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return BEGINNING.plusNanos(nanos - BEGINNING_NANOS);
    }

    public void advance(Duration time) {
        advanceTo(nanos + time.toNanos());
    }

    /** Never backwards: an earlier time changes nothing. */
    public void advanceTo(long toNanos) {
        nanos = Math.max(nanos, toNanos);
    }
}
