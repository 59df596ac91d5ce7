package dev.muster.protocol.session;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many RESETs may go out: 1,000 a second in all and 100 to each network, so that stray packets cannot make us a source of noise. */
final class ResetLimits {
    static final int PER_SECOND = 1_000;
    static final int PER_SECOND_AND_NETWORK = 100;

    /** More networks than this at once cannot each have had their hundred: the limit in all comes first. */
    private static final int MAX_NETWORKS = 1_024;

    private static final int IPV4_PREFIX_BYTES = 3;
    private static final int IPV6_PREFIX_BYTES = 7;

    private record Network(boolean ipv6, long prefix) {}

    private final RateLimit all = new RateLimit(PER_SECOND);
    private final Map<Network, RateLimit> networks = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Network, RateLimit> eldest) {
            return size() > MAX_NETWORKS;
        }
    };

    boolean allows(InetAddress to, long nowNanos) {
        return networks.computeIfAbsent(network(to), _ -> new RateLimit(PER_SECOND_AND_NETWORK))
                        .allows(nowNanos)
                && all.allows(nowNanos);
    }

    /** The /24 of an IPv4 address, the /56 of an IPv6 one. */
    private static Network network(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean ipv6 = bytes.length > Integer.BYTES;
        long prefix = 0;
        for (byte b : Arrays.copyOf(bytes, ipv6 ? IPV6_PREFIX_BYTES : IPV4_PREFIX_BYTES)) {
            prefix = prefix << Byte.SIZE | Byte.toUnsignedInt(b);
        }
        return new Network(ipv6, prefix);
    }
}
