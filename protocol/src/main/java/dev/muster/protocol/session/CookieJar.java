package dev.muster.protocol.session;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The cookies that an initiator was given, for as long as they are good: a responder under load wants one with each INIT. */
final class CookieJar {
    private static final int MAX = 64;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(byte[] cookie, long untilNanos) {}

    private final Map<InetSocketAddress, Held> held = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Held> eldest) {
            return size() > MAX;
        }
    };

    void put(InetSocketAddress responder, byte[] cookie, long nowNanos) {
        held.put(responder, new Held(cookie, nowNanos + Cookies.SECRET_NANOS));
    }

    Optional<byte[]> of(InetSocketAddress responder, long nowNanos) {
        held.values().removeIf(each -> nowNanos - each.untilNanos >= 0);
        return Optional.ofNullable(held.get(responder)).map(Held::cookie);
    }
}
