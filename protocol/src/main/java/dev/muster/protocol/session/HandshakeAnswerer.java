package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Turns INIT into RESP and an entry in {@link Unconfirmed}; no more comes of an INIT, since it may be a replay. Checks from cheap to dear:
 * length and type, mac1 (0.4 µs), a repetition, room for work; then 350 µs of Diffie-Hellman on the {@link Offload}.
 */
final class HandshakeAnswerer {
    /** An initiator tries again after a second: an answer that comes later is for nobody. */
    private static final long STALE_NANOS = 1_000_000_000L;

    /** What only the endpoint knows, asked on the owner's thread. */
    interface Sessions {
        /** Which INITs are for it: one of the {@code ROLE_TO_} numbers of {@link InitPacket}. */
        int target();

        /** Whether there is room for another handshake from there. */
        boolean hasRoom(InetSocketAddress from, long nowNanos);

        /** Whether this initiator, whose key is proved, gets an answer at all. */
        boolean admits(PublicKey initiator);

        /** Whether this initiator's streams are held here for the same two runs. */
        boolean continues(AnsweredHandshake handshake);

        /** Whether a session in use, or not in use yet, has this id. */
        boolean taken(long sid);

        /** What to tell it. */
        RespPayload payload(AnsweredHandshake handshake, long sid, boolean continues);

        long nowNanos();
    }

    private final List<StaticKeys> keys;
    private final RandomGenerator random;
    private final Outbound outbound;
    private final Offload offload;
    private final DropCounters drops;
    private final Unconfirmed unconfirmed;
    private final Sessions sessions;
    private final List<InitMac> macs;
    private final RecentInits recent = new RecentInits();

    HandshakeAnswerer(
            List<StaticKeys> keys,
            RandomGenerator random,
            Outbound outbound,
            Offload offload,
            DropCounters drops,
            Unconfirmed unconfirmed,
            Sessions sessions) {
        this.keys = keys;
        this.random = random;
        this.outbound = outbound;
        this.offload = offload;
        this.drops = drops;
        this.unconfirmed = unconfirmed;
        this.sessions = sessions;
        this.macs = keys.stream().map(k -> new InitMac(k.publicKey())).toList();
    }

    void init(InetSocketAddress from, byte[] packet, long nowNanos) {
        if (InitPacket.foreignVersion(packet)) {
            drops.count(keysFor(packet).isPresent() ? Drop.UNSUPPORTED_VERSION : Drop.BAD_MAC1);
            return;
        }
        Optional<InitPacket> init = InitPacket.decode(packet);
        if (init.isEmpty()) {
            drops.count(Drop.MALFORMED);
            return;
        }
        Optional<StaticKeys> own = keysFor(packet);
        if (own.isEmpty()) {
            drops.count(Drop.BAD_MAC1);
            return;
        }
        if (init.get().target() != sessions.target()) {
            drops.count(Drop.WRONG_ROLE);
            return;
        }
        if (!recent.firstSeen(from, init.get().sid(), nowNanos)) {
            drops.count(Drop.DUPLICATE_INIT);
            return;
        }
        if (!sessions.hasRoom(from, nowNanos)) {
            drops.count(Drop.OVERLOAD);
            return;
        }
        submit(
                () -> AnsweredHandshake.read(init.get(), packet, own.get()),
                nowNanos,
                read -> answer(from, read, nowNanos));
    }

    private <T> void submit(Work<T> work, long initNanos, Done<T> done) {
        boolean taken = offload.submit(() -> tried(work), result -> {
            if (sessions.nowNanos() - initNanos > STALE_NANOS) {
                drops.count(Drop.OVERLOAD);
            } else if (result.isEmpty()) {
                drops.count(Drop.BAD_HANDSHAKE);
            } else {
                done.with(result.get());
            }
        });
        if (!taken) {
            drops.count(Drop.OVERLOAD);
        }
    }

    private interface Work<T> {
        T run() throws HandshakeFailure;
    }

    private interface Done<T> {
        void with(T result);
    }

    private static <T> Optional<T> tried(Work<T> work) {
        try {
            return Optional.of(work.run());
        } catch (HandshakeFailure e) {
            return Optional.empty();
        }
    }

    private Optional<StaticKeys> keysFor(byte[] init) {
        for (int i = 0; i < macs.size(); i++) {
            if (macs.get(i).verify(init)) {
                return Optional.of(keys.get(i));
            }
        }
        return Optional.empty();
    }

    private void answer(InetSocketAddress from, AnsweredHandshake handshake, long initNanos) {
        if (!sessions.admits(handshake.agent())) {
            drops.count(Drop.NOT_ADMITTED);
            return;
        }
        long sid = freshSid();
        boolean continues = sessions.continues(handshake);
        RespPayload payload = sessions.payload(handshake, sid, continues);
        submit(
                () -> handshake.noise().write(payload.encode(), StaticKeys.generate(random)),
                initNanos,
                message -> respond(from, handshake, sid, continues, message));
    }

    private void respond(
            InetSocketAddress from, AnsweredHandshake handshake, long sid, boolean continues, byte[] message) {
        long remoteSid = handshake.init().sid();
        InitPayload said = handshake.payload();
        long now = sessions.nowNanos();
        var session = new SecureSession(sid, remoteSid, handshake.noise().keys(), now);
        unconfirmed.add(new Unconfirmed.Entry(handshake.agent(), said, continues, session), now);
        outbound.send(from, new RespPacket(remoteSid, message).encode());
    }

    private long freshSid() {
        long sid = random.nextLong();
        while (sessions.taken(sid) || unconfirmed.contains(sid)) {
            sid = random.nextLong();
        }
        return sid;
    }
}
