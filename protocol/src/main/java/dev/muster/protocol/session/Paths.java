package dev.muster.protocol.session;

import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the packets of one association go, after RFC 9000 sections 8.2 and 9. A packet that comes from elsewhere, and is the newest of its
 * session, only makes the peer's new address a candidate: whoever copies packets can send them from anywhere. The candidate is challenged,
 * never with more bytes than came from it, and everything else goes on to the address before until the answer is there.
 */
final class Paths {
    /** The packet that carries a challenge, or a response, and nothing else. */
    static final int PROBE_BYTES =
            DataPacket.OVERHEAD_BYTES + FrameCodec.encodedBytes(new Frame.PathChallenge(Long.MIN_VALUE));

    /** Implementation choice: a probe that is lost is repeated as soon as an INIT would be. */
    static final long CHALLENGE_NANOS = 1_000_000_000L;

    /** Implementation choice: a session is given up after as long a silence. */
    static final long CANDIDATE_NANOS = 10_000_000_000L;

    /** How a packet stands among those that were opened before it in its session. */
    enum Order {
        NEWEST,
        OVERTAKEN
    }

    /** What a proof changed. */
    enum Move {
        NONE,
        /** Another port of the same host: a NAT forgot the flow, but the way is the same. */
        PORT,
        /** Another address: nothing is known of the way there. */
        HOST
    }

    /** A packet with one frame, to be sent beside the streams. */
    record Probe(InetSocketAddress to, Frame frame) {}

    private static final class Candidate {
        final InetSocketAddress address;
        final long challenge;
        final long untilNanos;
        long creditBytes;
        long nextNanos;

        Candidate(InetSocketAddress address, long challenge, long nowNanos) {
            this.address = address;
            this.challenge = challenge;
            this.nextNanos = nowNanos;
            this.untilNanos = nowNanos + CANDIDATE_NANOS;
        }

        boolean payable() {
            return creditBytes >= PROBE_BYTES;
        }
    }

    private final RandomGenerator random;
    private volatile InetSocketAddress proven;
    private @Nullable Candidate candidate;
    private @Nullable Probe response;

    /** @param proven where the peer has shown to receive */
    Paths(InetSocketAddress proven, RandomGenerator random) {
        this.proven = proven;
        this.random = random;
    }

    /** Where to send; from any thread. */
    InetSocketAddress address() {
        return proven;
    }

    /** A packet of the session in use that proved authentic. */
    void heard(InetSocketAddress from, int bytes, Order order, long nowNanos) {
        expire(nowNanos);
        if (from.equals(proven)) {
            return;
        }
        Candidate known = candidate;
        if (known == null || !known.address.equals(from)) {
            if (order == Order.OVERTAKEN) {
                return;
            }
            known = new Candidate(from, random.nextLong(), nowNanos);
            candidate = known;
        }
        known.creditBytes += bytes;
    }

    /**
     * The peer asks whether it can be heard here. The answer goes the way that the question came, and is no larger than the packet with
     * the question.
     */
    void challenged(InetSocketAddress from, long data) {
        Candidate known = candidate;
        if (known != null && known.address.equals(from)) {
            known.creditBytes -= PROBE_BYTES;
        }
        response = new Probe(from, new Frame.PathResponse(data));
    }

    /** The peer answers a challenge, from wherever. */
    Move answered(long data) {
        Candidate known = candidate;
        return known == null || known.challenge != data ? Move.NONE : moveTo(known.address);
    }

    /** The peer has shown otherwise, by a handshake, to receive there. */
    Move moveTo(InetSocketAddress next) {
        candidate = null;
        InetSocketAddress before = proven;
        proven = next;
        if (before.equals(next)) {
            return Move.NONE;
        }
        return before.getAddress().equals(next.getAddress()) ? Move.PORT : Move.HOST;
    }

    /** Passes on to the streams what they have to know. */
    static void tell(Move move, ReliableChannels channels, long nowNanos) {
        switch (move) {
            case NONE -> {}
            case PORT -> channels.probe(nowNanos);
            case HOST -> {
                channels.pathChanged();
                channels.probe(nowNanos);
            }
        }
    }

    /** What to send now beside the streams, one after the other. */
    Optional<Probe> next(long nowNanos) {
        Probe owed = response;
        if (owed != null) {
            response = null;
            return Optional.of(owed);
        }
        expire(nowNanos);
        Candidate known = candidate;
        if (known == null || !known.payable() || nowNanos < known.nextNanos) {
            return Optional.empty();
        }
        known.creditBytes -= PROBE_BYTES;
        known.nextNanos = nowNanos + CHALLENGE_NANOS;
        return Optional.of(new Probe(known.address, new Frame.PathChallenge(known.challenge)));
    }

    /** When to ask {@link #next} again. */
    long nextDeadlineNanos() {
        Candidate known = candidate;
        if (response != null) {
            return Long.MIN_VALUE;
        }
        return known == null || !known.payable() ? Long.MAX_VALUE : Math.min(known.nextNanos, known.untilNanos);
    }

    private void expire(long nowNanos) {
        if (candidate != null && nowNanos >= candidate.untilNanos) {
            candidate = null;
        }
    }
}
