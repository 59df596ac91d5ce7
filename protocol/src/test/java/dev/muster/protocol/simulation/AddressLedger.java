package dev.muster.protocol.simulation;

import dev.muster.protocol.simulation.SimulatedNetwork.Sighting;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Asserts of every datagram, whatever its type and the state of its sender: an endpoint sends to an address no more bytes than came from
 * there, until a datagram that it sent there was received by somebody whose later datagram reached it. What it was told to call is exempt.
 * The ledger reads no packets: it knows who sent and received what.
 */
public final class AddressLedger {
    private record Pair(InetSocketAddress endpoint, InetSocketAddress remote) {}

    private static final class Account {
        long receivedBytes;
        long sentBytes;
        boolean proven;
        /** Who received first what was sent there, and the number of the next datagram then. */
        final Map<InetSocketAddress, Long> reached = new HashMap<>();
    }

    private final Map<Pair, Account> accounts = new HashMap<>();
    private final Set<Pair> told = new HashSet<>();

    /** The endpoint was given this address to call. */
    public void told(InetSocketAddress endpoint, InetSocketAddress remote) {
        told.add(new Pair(endpoint, remote));
    }

    /** The endpoint begins anew: it knows nothing of anybody. */
    void forget(InetSocketAddress endpoint) {
        accounts.keySet().removeIf(pair -> pair.endpoint.equals(endpoint));
    }

    void sent(Sighting datagram) {
        var pair = new Pair(datagram.sender(), datagram.to());
        Account account = accounts.computeIfAbsent(pair, _ -> new Account());
        account.sentBytes += datagram.packet().length;
        if (account.sentBytes > account.receivedBytes && !account.proven && !told.contains(pair)) {
            throw new AssertionError("%s sent %d bytes to unproven %s, which sent %d; the last packet was of type %d"
                    .formatted(
                            pair.endpoint,
                            account.sentBytes,
                            pair.remote,
                            account.receivedBytes,
                            datagram.packet()[0]));
        }
    }

    /**
     * A datagram, or what is left of it, reaches an endpoint.
     *
     * @param from where it claims to come from
     * @param next the number of the next datagram to be sent
     */
    void received(InetSocketAddress endpoint, InetSocketAddress from, int bytes, Sighting original, long next) {
        accounts.computeIfAbsent(new Pair(endpoint, from), _ -> new Account()).receivedBytes += bytes;
        Account whence = accounts.get(new Pair(original.sender(), original.to()));
        if (whence != null) {
            whence.reached.putIfAbsent(endpoint, next);
        }
        accounts.forEach((pair, account) -> {
            Long before = account.reached.get(original.sender());
            if (pair.endpoint.equals(endpoint) && before != null && original.order() >= before) {
                account.proven = true;
            }
        });
    }

    /** Bytes of nobody's making. */
    void received(InetSocketAddress endpoint, InetSocketAddress from, int bytes) {
        accounts.computeIfAbsent(new Pair(endpoint, from), _ -> new Account()).receivedBytes += bytes;
    }
}
