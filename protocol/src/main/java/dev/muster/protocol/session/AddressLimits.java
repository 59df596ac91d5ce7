package dev.muster.protocol.session;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many handshakes one address may ask for under load: 100 a second, since many agents may stand behind one NAT. Only of use where the
 * address is proven, else anybody could use up the share of somebody else.
 */
final class AddressLimits {
    static final int PER_SECOND = 100;

    /** More addresses than this in a second cannot each have used up their hundred: the processor is the limit then. */
    private static final int MAX_ADDRESSES = 1_024;

    private final Map<InetAddress, RateLimit> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, RateLimit> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    boolean allows(InetAddress from, long nowNanos) {
        return addresses.computeIfAbsent(from, _ -> new RateLimit(PER_SECOND)).allows(nowNanos);
    }
}
