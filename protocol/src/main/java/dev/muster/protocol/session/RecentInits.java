package dev.muster.protocol.session;

import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which INITs came within the last second, so that one that the network doubled costs no second handshake. */
final class RecentInits {
    static final int MAX = 4_096;
    static final long LIFE_NANOS = 1_000_000_000L;

    private record Seen(InetSocketAddress from, long sid) {}

    // In order of arrival, so the oldest come first.
    private final Map<Seen, Long> seen = new LinkedHashMap<>();

    boolean firstSeen(InetSocketAddress from, long sid, long nowNanos) {
        Iterator<Long> oldest = seen.values().iterator();
        while (oldest.hasNext() && nowNanos - oldest.next() >= LIFE_NANOS) {
            oldest.remove();
        }
        if (seen.putIfAbsent(new Seen(from, sid), nowNanos) != null) {
            return false;
        }
        if (seen.size() > MAX) {
            Iterator<Seen> first = seen.keySet().iterator();
            first.next();
            first.remove();
        }
        return true;
    }
}
