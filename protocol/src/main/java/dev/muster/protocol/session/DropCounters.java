package dev.muster.protocol.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many datagrams were dropped, by reason. Counted by the owner's thread, read by any. */
public final class DropCounters {
    // Filled here and never changed, so that other threads may read it.
    private final Map<Drop, LongAdder> counts = new EnumMap<>(Drop.class);

    DropCounters() {
        for (Drop reason : Drop.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void count(Drop reason) {
        adder(reason).increment();
    }

    public long of(Drop reason) {
        return adder(reason).sum();
    }

    /** All of them, in the order of the enum. */
    public Map<Drop, Long> snapshot() {
        var all = new EnumMap<Drop, Long>(Drop.class);
        counts.forEach((reason, count) -> all.put(reason, count.sum()));
        return all;
    }

    private LongAdder adder(Drop reason) {
        LongAdder adder = counts.get(reason);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        return adder;
    }
}
