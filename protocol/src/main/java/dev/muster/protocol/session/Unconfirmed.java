package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.InitPayload;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Sessions whose initiator has not spoken in them yet: at most 4,096, each for 5 s, the oldest given up first. */
final class Unconfirmed {
    static final int MAX = 4_096;
    static final long LIFE_NANOS = 5_000_000_000L;

    /**
     * A session waiting for its first packet.
     *
     * @param from where the INIT came from and RESP went to: who confirms has received it there
     * @param agent who it would be, unless the INIT was a replay
     * @param continues whether RESP promised that streams go on
     */
    record Entry(
            InetSocketAddress from, PublicKey agent, InitPayload payload, boolean continues, SecureSession session) {}

    private final Map<Long, Entry> entries = new LinkedHashMap<>();

    void add(Entry entry, long nowNanos) {
        expire(nowNanos);
        if (entries.size() >= MAX) {
            Iterator<Entry> oldest = entries.values().iterator();
            oldest.next().session().wipe();
            oldest.remove();
        }
        entries.put(entry.session().localSid(), entry);
    }

    int size() {
        return entries.size();
    }

    boolean contains(long sid) {
        return entries.containsKey(sid);
    }

    Optional<Entry> find(long sid) {
        return Optional.ofNullable(entries.get(sid));
    }

    void remove(long sid) {
        entries.remove(sid);
    }

    void expire(long nowNanos) {
        Iterator<Entry> all = entries.values().iterator();
        while (all.hasNext()) {
            SecureSession oldest = all.next().session();
            if (nowNanos - oldest.bornNanos() < LIFE_NANOS) {
                return;
            }
            oldest.wipe();
            all.remove();
        }
    }

    long nextExpiryNanos() {
        return entries.isEmpty()
                ? Long.MAX_VALUE
                : entries.values().iterator().next().session().bornNanos() + LIFE_NANOS;
    }
}
