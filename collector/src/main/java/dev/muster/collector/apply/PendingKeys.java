package dev.muster.collector.apply;

import dev.muster.collector.model.PendingAgent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The keys that wait for approval, oldest asked first. Bounded in all and by network, so that whoever knows the collector's public key can
 * drive out neighbours at most. Not kept through a restart: an agent asks again with each connection.
 */
final class PendingKeys {
    /** Of the wire protocol. */
    static final int MAX = 1_000;

    static final int MAX_OF_A_NETWORK = 20;
    private static final Duration LIFE = Duration.ofHours(24);

    private static final int IPV4_NETWORK_BYTES = 3;
    private static final int IPV6_NETWORK_BYTES = 7;

    private final SequencedMap<String, PendingAgent> byKey;

    private PendingKeys(SequencedMap<String, PendingAgent> byKey) {
        this.byKey = byKey;
    }

    static PendingKeys none() {
        return new PendingKeys(new LinkedHashMap<>());
    }

    PendingKeys copy() {
        return new PendingKeys(new LinkedHashMap<>(byKey));
    }

    /** Whether somebody should hear of it. */
    enum News {
        /** A key that did not wait before. */
        NEW,
        /** It asks again. */
        KNOWN,
        /** It is new and drove out another one of its network: there are too many to tell of each. */
        ONE_OF_TOO_MANY
    }

    News ask(PendingAgent agent) {
        byKey.values().removeIf(other -> !agent.seen().isBefore(other.seen().plus(LIFE)));
        PendingAgent known = byKey.remove(agent.keyId());
        if (known != null) {
            byKey.put(
                    agent.keyId(),
                    new PendingAgent(
                            agent.keyId(),
                            agent.publicKey(),
                            agent.attributes(),
                            agent.address(),
                            known.since(),
                            agent.seen()));
            return News.KNOWN;
        }
        byKey.put(agent.keyId(), agent);
        if (isCrowded(network(agent.address()))) {
            return News.ONE_OF_TOO_MANY;
        }
        if (byKey.size() > MAX) {
            byKey.pollFirstEntry();
            return News.ONE_OF_TOO_MANY;
        }
        return News.NEW;
    }

    /** Drives out the one of the network that asked least lately, where there are too many. */
    private boolean isCrowded(String network) {
        List<String> there = byKey.values().stream()
                .filter(agent -> network(agent.address()).equals(network))
                .map(PendingAgent::keyId)
                .toList();
        if (there.size() <= MAX_OF_A_NETWORK) {
            return false;
        }
        byKey.remove(there.getFirst());
        return true;
    }

    Optional<PendingAgent> find(String keyId) {
        return Optional.ofNullable(byKey.get(keyId));
    }

    void remove(String keyId) {
        byKey.remove(keyId);
    }

    /** Those that asked within the last day, oldest first. */
    List<PendingAgent> list(Instant now) {
        return byKey.values().stream()
                .filter(agent -> now.isBefore(agent.seen().plus(LIFE)))
                .toList();
    }

    /** The /24 of an IPv4 address, the /56 of an IPv6 one. */
    private static String network(String address) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            int bytes = parsed instanceof Inet4Address ? IPV4_NETWORK_BYTES : IPV6_NETWORK_BYTES;
            return HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), bytes));
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
