package dev.muster.protocol.message;

import dev.muster.protocol.noise.PublicKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The body of PEERS (type 8): for whom an agent beats. It is a state and not a log: the last one holds, whole, and {@link Generation}
 * names it. Agents that are not in it get no answer.
 *
 * <pre>
 * {"peers":[{"addresses":["192.0.2.7:1984","[2001:db8::7]:1984"],"dead_ms":n,"interval_ms":n,"kind":"agent","public_key":"base64"},…]}
 * </pre>
 *
 * @param peers each key once, at most {@value #MAX_PEERS}
 */
public record Peers(List<Peer> peers) {
    /** What an agent works with that was told nothing. */
    public static final Peers NONE = new Peers(List.of());

    public static final int MAX_PEERS = 64;
    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_PORT = 65_535;
    private static final long LEAST_MS = 100;
    private static final long MOST_MS = 3_600_000;

    /** Who it is. The names on the wire are append-only. */
    public enum Kind {
        /** Another agent: each beats for the other, and reports its silence. */
        AGENT,
        /** The collector itself, which watches this agent by its beats. */
        COLLECTOR;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        static Kind ofWireName(String name) {
            for (Kind kind : values()) {
                if (kind.wireName.equals(name)) {
                    return kind;
                }
            }
            throw new MalformedMessage("unknown kind of peer " + name);
        }
    }

    /**
     * One neighbour.
     *
     * @param addresses where it may be, best first; 1 to 16 for an agent, none for the collector
     * @param interval of the beats, both ways; 100 ms to 1 h
     * @param dead how long it may be overdue before it is reported; 100 ms to 1 h
     */
    public record Peer(
            Kind kind, PublicKey publicKey, List<InetSocketAddress> addresses, Duration interval, Duration dead) {
        public Peer {
            addresses = List.copyOf(addresses);
            boolean right = kind == Kind.COLLECTOR
                    ? addresses.isEmpty()
                    : !addresses.isEmpty() && addresses.size() <= MAX_ADDRESSES;
            if (!right) {
                throw new MalformedMessage("addresses: an agent has 1 to " + MAX_ADDRESSES + ", the collector none");
            }
            addresses.forEach(Peer::requireUnicast);
            requireSane("interval_ms", interval);
            requireSane("dead_ms", dead);
        }

        private static void requireUnicast(InetSocketAddress each) {
            boolean usable = !each.isUnresolved()
                    && each.getPort() != 0
                    && !each.getAddress().isMulticastAddress()
                    && !each.getAddress().isAnyLocalAddress();
            if (!usable) {
                throw new MalformedMessage("addresses has one that nobody can be at");
            }
        }

        private static void requireSane(String field, Duration value) {
            if (value.toMillis() < LEAST_MS || value.toMillis() > MOST_MS) {
                throw new MalformedMessage(field + " must be from " + LEAST_MS + " to " + MOST_MS);
            }
        }

        private void encode(JsonBytes out) {
            out.raw("{\"addresses\":");
            FactsHash.strings(out, addresses.stream().map(Peers::text).toList());
            out.raw(",\"dead_ms\":").number(dead.toMillis());
            out.raw(",\"interval_ms\":").number(interval.toMillis());
            out.raw(",\"kind\":").string(kind.wireName);
            out.raw(",\"public_key\":").string(publicKey.toBase64()).raw('}');
        }
    }

    public Peers {
        peers = List.copyOf(peers);
        if (peers.size() > MAX_PEERS) {
            throw new MalformedMessage("more than " + MAX_PEERS + " peers");
        }
        Set<PublicKey> seen = new HashSet<>();
        for (Peer each : peers) {
            if (!seen.add(each.publicKey)) {
                throw new MalformedMessage("the same peer twice");
            }
        }
    }

    public byte[] encode() {
        JsonBytes out = new JsonBytes(256);
        out.raw("{\"peers\":[");
        for (int i = 0; i < peers.size(); i++) {
            out.raw(i == 0 ? "" : ",");
            peers.get(i).encode(out);
        }
        return out.raw("]}").toByteArray();
    }

    public static Peers decode(byte[] body) {
        List<Peer> peers = new ArrayList<>();
        MessageObject.read(body, (name, in) -> {
            if (!name.equals("peers")) {
                return false;
            }
            in.readObjects(name, MAX_PEERS, () -> peers.add(peer(in)));
            return true;
        });
        return new Peers(peers);
    }

    private static Peer peer(JsonInput in) {
        var fields = new Fields();
        MessageObject.members(in, fields::read);
        return fields.peer();
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Literals only: nothing is looked up. */
    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        boolean wellFormed = port.matches("[1-9][0-9]{0,4}")
                && Integer.parseInt(port) <= MAX_PORT
                && (bracketed ? !host.contains("%") : host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}"));
        if (!wellFormed) {
            throw new MalformedMessage("addresses must hold address:port");
        }
        try {
            String literal = bracketed ? host.substring(1, host.length() - 1) : host;
            return new InetSocketAddress(InetAddress.ofLiteral(literal), Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessage("addresses must hold address:port", e);
        }
    }

    private static final class Fields {
        private Optional<Kind> kind = Optional.empty();
        private Optional<PublicKey> publicKey = Optional.empty();
        private List<InetSocketAddress> addresses = List.of();
        private long intervalMs;
        private long deadMs;

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "kind" -> kind = Optional.of(Kind.ofWireName(in.readString(name)));
                case "public_key" -> publicKey = Optional.of(KeyText.read(name, in));
                case "addresses" ->
                    addresses = in.readStrings(name, MAX_ADDRESSES).stream()
                            .map(Peers::address)
                            .toList();
                case "interval_ms" -> intervalMs = in.readLong(name);
                case "dead_ms" -> deadMs = in.readLong(name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private Peer peer() {
            return new Peer(
                    kind.orElseThrow(() -> new MalformedMessage("kind is missing")),
                    publicKey.orElseThrow(() -> new MalformedMessage("public_key is missing")),
                    addresses,
                    Duration.ofMillis(intervalMs),
                    Duration.ofMillis(deadMs));
        }
    }
}
