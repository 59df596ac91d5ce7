package dev.muster.protocol.session;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Addresses from which an INIT came lately whose mac1 was right and that did not authenticate: its sender knows our public key and made us
 * do Diffie-Hellman for nothing. Such an address has to be proven for a while. It is not shut out, since anybody can write somebody else's
 * address on a packet: who is really there proves it, at the price of one round trip.
 */
final class ForgedInits {
    /** Implementation choice: a repeated forgery costs us one handshake in this time. */
    static final long SUSPECTED_NANOS = 10_000_000_000L;

    /** Who forges from more addresses than this at once makes the whole responder loaded instead. */
    static final int MAX_ADDRESSES = 1_024;

    private final Map<InetAddress, Long> suspectedUntil = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    void forged(InetAddress from, long nowNanos) {
        suspectedUntil.put(from, nowNanos + SUSPECTED_NANOS);
    }

    boolean suspects(InetAddress from, long nowNanos) {
        Long until = suspectedUntil.get(from);
        if (until == null) {
            return false;
        }
        if (nowNanos - until >= 0) {
            suspectedUntil.remove(from);
            return false;
        }
        return true;
    }
}
