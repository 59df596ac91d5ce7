package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import dev.muster.protocol.wire.VersionsPacket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An agent's INITs that are out, and what came back. Owned by the endpoint's thread. */
final class Calls {
    /** An INIT's ephemeral key is kept this long for a late answer. */
    private static final long PENDING_NANOS = 10_000_000_000L;

    /** Handshakes under way at once, whatever the number of places. */
    private static final int MAX_PENDING = 64;

    /** An INIT, and where it went. */
    private record Call(Collector place, PendingHandshake handshake) {}

    /** A RESP that decrypted. */
    record Answer(Collector place, SessionKeys keys, RespPayload payload) {}

    private final InitiatorConfig config;
    private final Outbound outbound;
    private final DropCounters drops;
    private final Map<Long, Call> pending = new HashMap<>();
    private final CookieJar cookies = new CookieJar();

    Calls(InitiatorConfig config, Outbound outbound, DropCounters drops) {
        this.config = config;
        this.outbound = outbound;
        this.drops = drops;
    }

    /** One INIT to each place; the first that answers wins. */
    void call(List<Collector> places, SpoolId spool, CollectorRun lastRun, long nowNanos) {
        for (Collector place : places) {
            if (pending.size() >= MAX_PENDING) {
                break;
            }
            init(place, spool, lastRun, nowNanos);
        }
    }

    /**
     * The collector is under load: the same once more, with the proof of our address, to where it went before; wherever COOKIE came from,
     * it may not be the collector who sent it from there. Each INIT is answered so once.
     */
    void cookie(CookiePacket packet, SpoolId spool, CollectorRun lastRun, long nowNanos) {
        Call answered = pending.get(packet.sid());
        Optional<byte[]> cookie =
                answered == null ? Optional.empty() : answered.handshake().cookie(packet);
        if (answered == null || cookie.isEmpty()) {
            drops.count(Drop.UNEXPECTED_COOKIE);
            return;
        }
        pending.remove(packet.sid());
        cookies.put(answered.place().address(), cookie.get(), nowNanos);
        init(answered.place(), spool, lastRun, nowNanos);
    }

    /**
     * The versions that a collector names, empty if it is none that was called. There is one version only, so nothing can be done but to say
     * so; the next attempt comes with its usual delay.
     */
    List<Integer> versions(VersionsPacket packet) {
        Call answered = pending.get(packet.sid());
        if (answered == null || !answered.handshake().authenticates(packet)) {
            drops.count(Drop.UNEXPECTED_COOKIE);
            return List.of();
        }
        pending.remove(packet.sid());
        List<Integer> spoken = new ArrayList<>();
        for (byte version : packet.versions()) {
            spoken.add(Byte.toUnsignedInt(version));
        }
        return spoken;
    }

    /** The session that a RESP makes, if it answers one of ours; the others stay out until {@link #forget}. */
    Optional<Answer> answered(RespPacket packet) {
        Call answered = pending.get(packet.sid());
        if (answered == null) {
            drops.count(Drop.UNEXPECTED_RESP);
            return Optional.empty();
        }
        try {
            var noise = answered.handshake().noise();
            RespPayload payload = RespPayload.decode(noise.read(packet.noise()));
            return Optional.of(new Answer(answered.place(), noise.keys(), payload));
        } catch (HandshakeFailure e) {
            drops.count(Drop.BAD_HANDSHAKE);
            return Optional.empty();
        }
    }

    void expire(long nowNanos) {
        pending.values().removeIf(call -> call.handshake().expired(nowNanos));
    }

    /** None of them is of interest any more. */
    void forget() {
        pending.clear();
    }

    private void init(Collector place, SpoolId spool, CollectorRun lastRun, long nowNanos) {
        try {
            var next = PendingHandshake.toCollector(config, spool, place, lastRun, nowNanos + PENDING_NANOS);
            cookies.of(place.address(), nowNanos).ifPresent(next::prove);
            pending.put(next.sid(), new Call(place, next));
            outbound.send(place.address(), next.packet());
        } catch (HandshakeFailure e) {
            // The configured key is a low-order point: nobody can answer, and there is nothing to send.
            drops.count(Drop.BAD_HANDSHAKE);
        }
    }
}
