package dev.muster.collector.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until told. */
final class TestClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-21T04:12:07Z");

    @Override
    public Instant instant() {
        return now;
    }

    void forward(Duration by) {
        now = now.plus(by);
    }

    void to(Instant then) {
        now = then;
    }
}
