package dev.muster.protocol.session;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which INITs came within the last second, so that one that the network doubled costs no second handshake. */
final class RecentInits {
    private static final int MAX = 4_096;
    private static final long LIFE_NANOS = 1_000_000_000L;

    private record Seen(InetSocketAddress from, long sid) {}

    private final Map<Seen, Long> seen = new LinkedHashMap<>();

    boolean firstSeen(InetSocketAddress from, long sid, long nowNanos) {
        var oldest = seen.values().iterator();
        while (oldest.hasNext() && (seen.size() > MAX || nowNanos - oldest.next() >= LIFE_NANOS)) {
            oldest.remove();
            if (seen.size() > MAX) {
                oldest = seen.values().iterator();
            }
        }
        return seen.putIfAbsent(new Seen(from, sid), nowNanos) == null;
    }
}
