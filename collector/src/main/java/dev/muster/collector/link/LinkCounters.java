package dev.muster.collector.link;

import java.util.concurrent.atomic.AtomicLong;

/** What came from agents since this collector started. Any thread. */
public final class LinkCounters {
    final AtomicLong facts = new AtomicLong();
    final AtomicLong undecodable = new AtomicLong();
    final AtomicLong untrusted = new AtomicLong();
    final AtomicLong overloads = new AtomicLong();

    /** FACTS records taken, repetitions included. */
    public long facts() {
        return facts.get();
    }

    /** Records that could not be understood; each is a dead letter. */
    public long undecodable() {
        return undecodable.get();
    }

    /** Records of agents that are not trusted, thrown away. */
    public long untrusted() {
        return untrusted.get();
    }

    /** Associations closed because too much waited to be applied; their agents come back and send again. */
    public long overloads() {
        return overloads.get();
    }
}
