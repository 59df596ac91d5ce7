package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Turns INIT into RESP and an entry in {@link Unconfirmed}; no more comes of an INIT, since it may be a replay. Checks from cheap to dear:
 * length and type, mac1 (0.4 µs), a repetition, under load a proven address, room for work; then 350 µs of Diffie-Hellman on the {@link Offload}.
 */
final class HandshakeAnswerer {
    /** An initiator tries again after a second: an answer that comes later is for nobody. */
    private static final long STALE_NANOS = 1_000_000_000L;

    /** So many in the works are some 30 ms of Diffie-Hellman: from here on an address has to be proven first. Implementation choice. */
    static final int LOADED_HANDSHAKES = 64;

    private static final long LOAD_LASTS_NANOS = 1_000_000_000L;

    /** Of VERNEG: enough for a fleet that is upgraded, too few to be a source of noise. */
    private static final int VERSION_ANSWERS_PER_SECOND = 100;

    /** Specification: a search reaches every collector, so each answers no more than this. */
    static final int MULTICAST_ANSWERS_PER_SECOND = 100;

    /** What only the endpoint knows, asked on the owner's thread. */
    interface Sessions {
        /** Which INITs are for it: one of the {@code ROLE_TO_} numbers of {@link InitPacket}. */
        int target();

        /** Whether initiators of its kind can answer COOKIE, so that an address may be asked for proof. */
        boolean mayAskForProof();

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

    private final RandomGenerator random;
    private final Outbound outbound;
    private final Offload offload;
    private final DropCounters drops;
    private final Unconfirmed unconfirmed;
    private final Sessions sessions;
    private final List<ResponderKeys> own;
    private final Cookies cookies;
    private final RateLimit versionAnswers = new RateLimit(VERSION_ANSWERS_PER_SECOND);
    private final RateLimit multicastAnswers = new RateLimit(MULTICAST_ANSWERS_PER_SECOND);
    private final AddressLimits proven = new AddressLimits();
    private final ForgedInits forged = new ForgedInits();
    private final RecentInits recent = new RecentInits();
    private int underWay;
    private long loadUntilNanos = Long.MIN_VALUE;

    /** One of our key pairs, with what is derived from its public half. */
    private record ResponderKeys(StaticKeys keys, InitMac mac1, CookieSeal seal, VersionsMac versions) {
        static ResponderKeys of(StaticKeys keys) {
            var publicKey = keys.publicKey();
            return new ResponderKeys(
                    keys, new InitMac(publicKey), new CookieSeal(publicKey), new VersionsMac(publicKey));
        }
    }

    HandshakeAnswerer(
            List<StaticKeys> keys,
            RandomGenerator random,
            Outbound outbound,
            Offload offload,
            DropCounters drops,
            Unconfirmed unconfirmed,
            Sessions sessions) {
        this.random = random;
        this.outbound = outbound;
        this.offload = offload;
        this.drops = drops;
        this.unconfirmed = unconfirmed;
        this.sessions = sessions;
        this.own = keys.stream().map(ResponderKeys::of).toList();
        this.cookies = new Cookies(random);
    }

    void init(InetSocketAddress from, byte[] packet, long nowNanos) {
        if (InitPacket.foreignVersion(packet)) {
            foreign(from, packet, nowNanos);
            return;
        }
        Optional<InitPacket> init = InitPacket.decode(packet);
        if (init.isEmpty()) {
            drops.count(Drop.MALFORMED);
            return;
        }
        Optional<ResponderKeys> meant = keysFor(packet);
        if (meant.isEmpty()) {
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
        if (init.get().multicast() && !multicastAnswers.allows(nowNanos)) {
            drops.count(Drop.OVERLOAD);
            return;
        }
        boolean loaded =
                sessions.mayAskForProof() && (isLoaded(nowNanos) || forged.suspects(from.getAddress(), nowNanos));
        if (loaded && !cookies.proves(from, packet, nowNanos)) {
            drops.count(Drop.ADDRESS_NOT_PROVEN);
            long sid = init.get().sid();
            CookiePacket cookie = meant.get().seal().seal(packet, sid, cookies.of(from, nowNanos), random.nextLong());
            outbound.send(from, cookie.encode());
            return;
        }
        boolean tooMany = loaded && !proven.allows(from.getAddress(), nowNanos);
        if (tooMany || !sessions.hasRoom(from, nowNanos)) {
            drops.count(Drop.OVERLOAD);
            return;
        }
        submit(
                from,
                () -> AnsweredHandshake.read(init.get(), packet, meant.get().keys()),
                nowNanos,
                read -> answer(from, read, nowNanos));
    }

    /** Too many handshakes in the works now, or a second ago: so that it does not change with every packet. */
    private boolean isLoaded(long nowNanos) {
        if (underWay >= LOADED_HANDSHAKES) {
            loadUntilNanos = nowNanos + LOAD_LASTS_NANOS;
        }
        return loadUntilNanos != Long.MIN_VALUE && nowNanos < loadUntilNanos;
    }

    private void foreign(InetSocketAddress from, byte[] packet, long nowNanos) {
        Optional<ResponderKeys> meant = keysFor(packet);
        if (meant.isEmpty()) {
            drops.count(Drop.BAD_MAC1);
            return;
        }
        drops.count(Drop.UNSUPPORTED_VERSION);
        if (versionAnswers.allows(nowNanos)) {
            long sid = ByteBuffer.wrap(packet).getLong(8);
            outbound.send(from, meant.get().versions().answer(packet, sid).encode());
        }
    }

    private <T> void submit(InetSocketAddress from, Work<T> work, long initNanos, Done<T> done) {
        underWay++;
        boolean taken = offload.submit(() -> tried(work), result -> {
            underWay--;
            if (result.isEmpty()) {
                forged.forged(from.getAddress(), sessions.nowNanos());
                drops.count(Drop.BAD_HANDSHAKE);
            } else if (sessions.nowNanos() - initNanos > STALE_NANOS) {
                drops.count(Drop.OVERLOAD);
            } else {
                done.with(result.get());
            }
        });
        if (!taken) {
            underWay--;
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

    private Optional<ResponderKeys> keysFor(byte[] init) {
        return own.stream().filter(each -> each.mac1().verify(init)).findFirst();
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
                from,
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
        unconfirmed.add(new Unconfirmed.Entry(from, handshake.agent(), said, continues, session), now);
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
