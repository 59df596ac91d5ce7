package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Turns INIT into RESP and an entry in {@link Unconfirmed}; no more comes of an INIT, since it may be a replay. Checks from cheap to dear:
 * length and type, mac1 (0.4 µs), a repetition, room for work; then 350 µs of Diffie-Hellman on the {@link Offload}.
 */
final class HandshakeAnswerer {
    /** An initiator tries again after a second: an answer that comes later is for nobody. */
    private static final long STALE_NANOS = 1_000_000_000L;

    private static final int MAX_SPREAD_SECONDS = 255;

    /** What only the endpoint knows, asked on the owner's thread. */
    interface Sessions {
        /** Whether this agent's streams are held here for the same two runs. */
        boolean continues(AnsweredHandshake handshake);

        /** Whether a session in use, or not in use yet, has this id. */
        boolean taken(long sid);

        /** How many agents there are. */
        int agents();

        long nowNanos();
    }

    private final ResponderConfig config;
    private final TrustPolicy trust;
    private final Outbound outbound;
    private final Offload offload;
    private final DropCounters drops;
    private final Unconfirmed unconfirmed;
    private final ResetTokens tokens;
    private final Sessions sessions;
    private final List<InitMac> macs;
    private final RecentInits recent = new RecentInits();

    HandshakeAnswerer(
            ResponderConfig config,
            TrustPolicy trust,
            Outbound outbound,
            Offload offload,
            DropCounters drops,
            Unconfirmed unconfirmed,
            ResetTokens tokens,
            Sessions sessions) {
        this.config = config;
        this.trust = trust;
        this.outbound = outbound;
        this.offload = offload;
        this.drops = drops;
        this.unconfirmed = unconfirmed;
        this.tokens = tokens;
        this.sessions = sessions;
        this.macs = config.keys().stream().map(k -> new InitMac(k.publicKey())).toList();
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
        if (init.get().target() != InitPacket.ROLE_TO_COLLECTOR) {
            drops.count(Drop.WRONG_ROLE);
            return;
        }
        if (!recent.firstSeen(from, init.get().sid(), nowNanos)) {
            drops.count(Drop.DUPLICATE_INIT);
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
                return Optional.of(config.keys().get(i));
            }
        }
        return Optional.empty();
    }

    private void answer(InetSocketAddress from, AnsweredHandshake handshake, long initNanos) {
        long sid = freshSid();
        boolean continues = sessions.continues(handshake);
        RespPayload payload = payload(handshake, sid, continues);
        submit(
                () -> handshake.noise().write(payload.encode(), StaticKeys.generate(config.random())),
                initNanos,
                message -> respond(from, handshake, sid, continues, message));
    }

    private RespPayload payload(AnsweredHandshake handshake, long sid, boolean continues) {
        return new RespPayload(
                sid,
                config.run(),
                tokens.of(sid),
                Packets.MAX_BYTES,
                continues ? RespPayload.CAP_STREAMS_CONTINUE : 0,
                trust.trust(handshake.agent()).code(),
                spreadSeconds(sessions.agents(), config.keepalive().toSeconds()),
                (int) config.keepalive().toSeconds(),
                config.wallClock().millis());
    }

    /** After a restart agents come back at 500 a second at most; their keep-alives spread them by themselves already. */
    static int spreadSeconds(int agents, long keepaliveSeconds) {
        return Math.clamp(agents / 500L - keepaliveSeconds, 0, MAX_SPREAD_SECONDS);
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
        long sid = config.random().nextLong();
        while (sessions.taken(sid) || unconfirmed.contains(sid)) {
            sid = config.random().nextLong();
        }
        return sid;
    }
}
