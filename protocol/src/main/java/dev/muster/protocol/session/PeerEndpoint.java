package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent's side towards its neighbours: a session with each, begun by either side with role 1, that carries heartbeats and CLOSE and
 * nothing else. Only agents on the list are answered. Owned by one thread.
 *
 * <p>Diffie-Hellman runs on that thread: it is 450 µs for a handshake, and there are at most some 60 of them a second, however many
 * INITs come.
 */
public final class PeerEndpoint implements Endpoint {
    /** Sixteen times what a host has that represents its subnet. */
    public static final int MAX_PEERS = 64;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** An INIT's ephemeral key is kept this long for a late answer. */
    private static final long PENDING_NANOS = 10 * SECOND_NANOS;

    /** How soon what is held too long is looked for. */
    private static final long UPKEEP_NANOS = 30 * SECOND_NANOS;

    /** INITs a second that are worked on, from each listed peer's addresses and from all others together. */
    private static final int INITS_PER_PEER = 5;

    private static final int INITS_OF_STRANGERS = 20;

    /** CLOSE is not acknowledged among peers; so many at once survive what a network usually loses. */
    private static final int CLOSE_COPIES = 3;

    /** Peers have no spool. */
    private static final SpoolId NO_SPOOL = new SpoolId(0, 0);

    private final PeerConfig config;
    private final Outbound outbound;
    private final PeerListener listener;
    private final DropCounters drops = new DropCounters();
    private final Unconfirmed unconfirmed = new Unconfirmed();
    private final HandshakeAnswerer answerer;
    private final RateLimit strangers = new RateLimit(INITS_OF_STRANGERS);
    private final Map<PublicKey, Neighbour> neighbours = new LinkedHashMap<>();
    private final Map<Long, PendingHandshake> pending = new HashMap<>();
    private final Map<Long, Held> bySid = new HashMap<>();
    private long latestNanos;
    private long upkeepNanos;
    private boolean stopped;

    /** A peer on the list. */
    private final class Neighbour {
        private Peer peer;
        private final PeerSessions sessions;
        private final HandshakeSchedule schedule = new HandshakeSchedule(config.random());
        private final RateLimit inits = new RateLimit(INITS_PER_PEER);
        private final double jitter = config.random().nextDouble();

        private Neighbour(Peer peer) {
            this.peer = peer;
            boolean oursIsSmaller = config.keys().publicKey().compareTo(peer.key()) < 0;
            this.sessions = new PeerSessions(oursIsSmaller ? PeerSession.Initiator.US : PeerSession.Initiator.THEM);
        }
    }

    private record Held(Neighbour neighbour, PeerSession session) {}

    public PeerEndpoint(PeerConfig config, Outbound outbound, PeerListener listener) {
        this.config = config;
        this.outbound = outbound;
        this.listener = listener;
        this.answerer = new HandshakeAnswerer(
                List.of(config.keys()),
                config.random(),
                outbound,
                Offload.INLINE,
                drops,
                unconfirmed,
                new OwnSessions());
    }

    /**
     * These and no others from now on: who is new is called, who is missing is told so and forgotten, who stays keeps its sessions.
     *
     * @throws IllegalArgumentException for more than {@link #MAX_PEERS}, or one twice
     */
    public void peers(Collection<Peer> wanted, long nowNanos) {
        var next = new LinkedHashMap<PublicKey, Peer>();
        wanted.forEach(peer -> next.put(peer.key(), peer));
        if (next.size() != wanted.size() || next.size() > MAX_PEERS) {
            throw new IllegalArgumentException("at most " + MAX_PEERS + " peers, each once, not " + wanted.size());
        }
        List<Neighbour> gone = neighbours.values().stream()
                .filter(each -> !next.containsKey(each.peer.key()))
                .toList();
        for (Neighbour each : gone) {
            sayClose(each, CloseReason.REFUSED, "no longer a neighbour", nowNanos);
            neighbours.remove(each.peer.key());
        }
        next.values().forEach(this::keep);
    }

    /**
     * Sends a heartbeat.
     *
     * @return false if there is no session; a handshake is under way then
     */
    public boolean heartbeat(PublicKey peer, Frame.Heartbeat beat, long nowNanos) {
        Neighbour to = neighbours.get(peer);
        Optional<PeerSession> session = to == null ? Optional.empty() : to.sessions.sending(nowNanos);
        session.ifPresent(on -> send(on, List.of(beat)));
        return session.isPresent();
    }

    /** The peer does not answer: perhaps it has forgotten the session, so a new one is tried beside it. */
    public void doubt(PublicKey peer, long nowNanos) {
        Neighbour to = neighbours.get(peer);
        if (to != null && !to.schedule.waiting()) {
            to.schedule.rekey(nowNanos);
        }
    }

    /** Says CLOSE to all, so that none takes the silence for a crash, and falls silent for good. */
    public void close(String text, long nowNanos) {
        stopped = true;
        neighbours.values().forEach(each -> sayClose(each, CloseReason.NORMAL, text, nowNanos));
        neighbours.clear();
        pending.clear();
    }

    /** Whether a packet is for this endpoint, where another one shares its socket. */
    public boolean concerns(byte[] packet) {
        return switch (Packets.type(packet)) {
            case Packets.INIT -> true;
            case Packets.RESP ->
                RespPacket.decode(packet)
                        .filter(resp -> pending.containsKey(resp.sid()))
                        .isPresent();
            case Packets.DATA -> DataPacket.wellFormed(packet) && isOurs(DataPacket.sid(packet));
            default -> false;
        };
    }

    public DropCounters drops() {
        return drops;
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        latestNanos = nowNanos;
        if (stopped) {
            return;
        }
        switch (Packets.type(packet)) {
            case Packets.INIT -> answerer.init(from, packet, nowNanos);
            case Packets.RESP ->
                RespPacket.decode(packet)
                        .ifPresentOrElse(r -> resp(from, r, nowNanos), () -> drops.count(Drop.MALFORMED));
            case Packets.DATA -> data(packet, nowNanos);
            default -> drops.count(Drop.MALFORMED);
        }
    }

    @Override
    public void tick(long nowNanos) {
        latestNanos = nowNanos;
        unconfirmed.expire(nowNanos);
        pending.values().removeIf(each -> each.expired(nowNanos));
        if (nowNanos >= upkeepNanos) {
            upkeepNanos = nowNanos + UPKEEP_NANOS;
            neighbours.values().forEach(each -> upkeep(each, nowNanos));
        }
        neighbours.values().stream()
                .filter(each -> nowNanos >= each.schedule.atNanos())
                .forEach(each -> handshake(each, nowNanos));
    }

    @Override
    public long nextDeadlineNanos() {
        if (neighbours.isEmpty()) {
            return unconfirmed.nextExpiryNanos();
        }
        long handshake = neighbours.values().stream()
                .mapToLong(each -> each.schedule.atNanos())
                .min()
                .orElse(Long.MAX_VALUE);
        return Math.min(Math.min(handshake, upkeepNanos), unconfirmed.nextExpiryNanos());
    }

    private void keep(Peer peer) {
        Neighbour known = neighbours.get(peer.key());
        if (known == null) {
            known = new Neighbour(peer);
            neighbours.put(peer.key(), known);
            known.schedule.atOnce();
        } else if (!known.peer.equals(peer)) {
            known.peer = peer;
            if (known.schedule.waiting()) {
                known.schedule.atOnce();
            }
        }
    }

    private void upkeep(Neighbour neighbour, long nowNanos) {
        forget(neighbour.sessions.expire(nowNanos));
        boolean due = nowNanos >= neighbour.sessions.rekeyAtNanos(neighbour.jitter, nowNanos);
        if (due && !neighbour.schedule.waiting()) {
            neighbour.schedule.rekey(nowNanos);
        }
    }

    /** One INIT, to every address: the first answer wins. */
    private void handshake(Neighbour with, long nowNanos) {
        try {
            var said = new InitPayload(
                    NO_SPOOL, config.agentRun(), config.wallClock().millis(), Packets.MAX_BYTES, 0, CollectorRun.NONE);
            var next = new PendingHandshake(
                    InitPacket.ROLE_TO_AGENT,
                    config.keys(),
                    with.peer.key(),
                    said,
                    config.random(),
                    nowNanos + PENDING_NANOS);
            pending.put(next.sid(), next);
            with.peer.addresses().forEach(address -> outbound.send(address, next.packet()));
        } catch (HandshakeFailure e) {
            // The key on the list is a low-order point: nobody can answer, and there is nothing to send.
            drops.count(Drop.BAD_HANDSHAKE);
        }
        with.schedule.attempted(nowNanos);
    }

    private void resp(InetSocketAddress from, RespPacket packet, long nowNanos) {
        PendingHandshake answered = pending.get(packet.sid());
        Neighbour with = answered == null ? null : neighbours.get(answered.responder());
        if (answered == null || with == null) {
            drops.count(Drop.UNEXPECTED_RESP);
            return;
        }
        RespPayload payload;
        try {
            payload = RespPayload.decode(answered.noise().read(packet.noise()));
        } catch (HandshakeFailure e) {
            drops.count(Drop.BAD_HANDSHAKE);
            return;
        }
        pending.remove(answered.sid());
        var keys = answered.noise().keys();
        var session = new SecureSession(answered.sid(), payload.sid(), keys, nowNanos);
        long peerRun = payload.collectorRun().high();
        var held = new PeerSession(session, PeerSession.Initiator.US, peerRun, from, nowNanos);
        if (!with.peer.addresses().contains(from)) {
            held.limit(RespPacket.BYTES);
        }
        // The responder does not use the session before it hears from us in it.
        send(held, List.of());
        establish(with, held, nowNanos);
    }

    private void establish(Neighbour with, PeerSession session, long nowNanos) {
        forget(with.sessions.add(session));
        bySid.put(session.session.localSid(), new Held(with, session));
        with.schedule.established();
        listener.established(with.peer.key(), session.address, nowNanos);
    }

    private void data(byte[] packet, long nowNanos) {
        if (!DataPacket.wellFormed(packet)) {
            drops.count(Drop.MALFORMED);
            return;
        }
        long sid = DataPacket.sid(packet);
        Held known = bySid.get(sid);
        if (known != null) {
            known.session.session.open(packet, drops).ifPresent(frames -> take(known, frames, nowNanos));
            return;
        }
        // Never a RESET: only a collector sends those.
        unconfirmed
                .find(sid)
                .ifPresentOrElse(entry -> confirm(entry, packet, nowNanos), () -> drops.count(Drop.UNKNOWN_SESSION));
    }

    /** The first packet that opens proves that the INIT was no replay; only now does anything change. */
    private void confirm(Unconfirmed.Entry entry, byte[] packet, long nowNanos) {
        Optional<byte[]> frames = entry.session().open(packet, drops);
        if (frames.isEmpty()) {
            return;
        }
        unconfirmed.remove(entry.session().localSid());
        Neighbour with = neighbours.get(entry.agent());
        if (with == null) {
            entry.session().wipe();
            drops.count(Drop.NOT_ADMITTED);
            return;
        }
        long peerRun = entry.payload().agentRun();
        var session = new PeerSession(entry.session(), PeerSession.Initiator.THEM, peerRun, entry.from(), nowNanos);
        establish(with, session, nowNanos);
        take(new Held(with, session), frames.get(), nowNanos);
    }

    private void take(Held on, byte[] plaintext, long nowNanos) {
        on.session.heard(nowNanos);
        try {
            for (Frame frame : FrameCodec.decode(plaintext)) {
                switch (frame) {
                    case Frame.Heartbeat beat -> listener.heartbeat(on.neighbour.peer.key(), beat, nowNanos);
                    case Frame.Close close -> {
                        closed(on.neighbour, close, nowNanos);
                        return;
                    }
                    case Frame.Padding _, Frame.Extension _ -> {}
                    case Frame.Ping _,
                            Frame.Ack _,
                            Frame.Stream _,
                            Frame.Window _,
                            Frame.Resume _,
                            Frame.Applied _,
                            Frame.PathChallenge _,
                            Frame.PathResponse _ ->
                        throw new ProtocolViolation(
                                CloseReason.FRAME_SYNTAX, "between agents there are only heartbeats");
                }
            }
        } catch (ProtocolViolation e) {
            drops.count(Drop.VIOLATION);
            sayClose(on.neighbour, e.reason(), String.valueOf(e.getMessage()), nowNanos);
            comeBackLater(on.neighbour, nowNanos);
        }
    }

    private void closed(Neighbour by, Frame.Close close, long nowNanos) {
        forget(by.sessions.clear());
        comeBackLater(by, nowNanos);
        // The peer's words end up in logs: they stay on one line.
        String line = close.text().replaceAll("\\p{Cntrl}", " ");
        listener.closed(by.peer.key(), close.reason(), line, nowNanos);
    }

    /** A peer that went away calls when it is back. */
    private void comeBackLater(Neighbour neighbour, long nowNanos) {
        neighbour.schedule.lost(nowNanos, Retry.MAX_NANOS, nowNanos);
    }

    private void sayClose(Neighbour to, int reason, String text, long nowNanos) {
        Optional<PeerSession> session = to.sessions.sending(nowNanos);
        for (int i = 0; i < CLOSE_COPIES; i++) {
            session.ifPresent(on -> send(on, List.of(Frame.Close.truncated(reason, text))));
        }
        forget(to.sessions.clear());
    }

    private void send(PeerSession on, List<Frame> frames) {
        byte[] plaintext = FrameCodec.encodePacket(frames);
        if (on.affords(DataPacket.OVERHEAD_BYTES + plaintext.length)) {
            outbound.send(on.address, on.session.seal(plaintext));
        }
    }

    private void forget(List<PeerSession> gone) {
        gone.forEach(each -> bySid.remove(each.session.localSid()));
    }

    private boolean isOurs(long sid) {
        return bySid.containsKey(sid) || unconfirmed.contains(sid);
    }

    private final class OwnSessions implements HandshakeAnswerer.Sessions {
        @Override
        public int target() {
            return InitPacket.ROLE_TO_AGENT;
        }

        /** There is no COOKIE between agents: {@link #hasRoom} is the limit. */
        @Override
        public boolean mayAskForProof() {
            return false;
        }

        /** So that strangers who found out our public key cannot keep neighbours out, nor the processor busy. */
        @Override
        public boolean hasRoom(InetSocketAddress from, long nowNanos) {
            return neighbours.values().stream()
                    .filter(each -> each.peer.addresses().stream()
                            .anyMatch(address -> address.getAddress().equals(from.getAddress())))
                    .findFirst()
                    .map(each -> each.inits)
                    .orElse(strangers)
                    .allows(nowNanos);
        }

        @Override
        public boolean admits(PublicKey initiator) {
            return neighbours.containsKey(initiator);
        }

        /** There are no streams. */
        @Override
        public boolean continues(AnsweredHandshake handshake) {
            return false;
        }

        @Override
        public boolean taken(long sid) {
            return bySid.containsKey(sid) || pending.containsKey(sid);
        }

        @Override
        public RespPayload payload(AnsweredHandshake handshake, long sid, boolean continues) {
            return new RespPayload(
                    sid,
                    new CollectorRun(config.agentRun(), 0),
                    new byte[RespPayload.TOKEN_BYTES],
                    Packets.MAX_BYTES,
                    0,
                    RespPayload.STATUS_TRUSTED,
                    0,
                    0,
                    config.wallClock().millis());
        }

        @Override
        public long nowNanos() {
            return latestNanos;
        }
    }
}
