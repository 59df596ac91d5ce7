package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.Role;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A collector's side: answers handshakes, and takes an association into use only when a packet inside the new session proves that its
 * INIT was no replay. Owned by one thread; Diffie-Hellman runs on the {@link Offload}.
 */
public final class ResponderEndpoint implements Endpoint {
    /** Plaintext in one packet. */
    private static final int MAX_FRAME_BYTES = Packets.MAX_BYTES - DataPacket.OVERHEAD_BYTES;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Packets of the session before are taken this long after a rekey. */
    private static final long PREVIOUS_SESSION_NANOS = 60 * SECOND_NANOS;

    private static final int KEEPALIVES_UNTIL_LOST = 3;
    private static final long LOST_MARGIN_NANOS = 10 * SECOND_NANOS;

    /** Never come back to an association sooner than this, whatever its channels wish: a tick must end. */
    private static final long MIN_PAUSE_NANOS = 100_000;

    private final ResponderConfig config;
    private final Acceptor acceptor;
    private final Outbound outbound;
    private final DropCounters drops = new DropCounters();
    private final ResetTokens tokens;
    private final ResetLimits resets = new ResetLimits();
    private final Unconfirmed unconfirmed = new Unconfirmed();
    private final CollectorAnswers answers;
    private final HandshakeAnswerer answerer;
    private final Map<Long, Association> bySid = new HashMap<>();
    private final Map<Association.Key, Association> associations = new HashMap<>();
    private final Deadlines deadlines = new Deadlines();
    private final Set<Association> poked = new LinkedHashSet<>();
    private final Consumer<Association> poke = this::poke;
    private long latestNanos;

    public ResponderEndpoint(
            ResponderConfig config, TrustPolicy trust, Acceptor acceptor, Outbound outbound, Offload offload) {
        this.config = config;
        this.acceptor = acceptor;
        this.outbound = outbound;
        this.tokens = new ResetTokens(config.keys().getFirst());
        this.answers = new CollectorAnswers(config, trust, tokens);
        this.answerer = new HandshakeAnswerer(
                config.keys(), config.random(), outbound, offload, drops, unconfirmed, new OwnSessions());
    }

    public DropCounters drops() {
        return drops;
    }

    /** All associations in use. */
    public Collection<Association> associations() {
        return Collections.unmodifiableCollection(associations.values());
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        latestNanos = nowNanos;
        switch (Packets.type(packet)) {
            case Packets.INIT -> answerer.init(from, packet, nowNanos);
            case Packets.DATA -> data(from, packet, nowNanos);
            default -> drops.count(Drop.MALFORMED);
        }
        servePoked(nowNanos);
    }

    @Override
    public void tick(long nowNanos) {
        latestNanos = nowNanos;
        unconfirmed.expire(nowNanos);
        servePoked(nowNanos);
        for (Association due = deadlines.poll(nowNanos); due != null; due = deadlines.poll(nowNanos)) {
            serve(due, nowNanos);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return poked.isEmpty() ? Math.min(deadlines.next(), unconfirmed.nextExpiryNanos()) : Long.MIN_VALUE;
    }

    private void data(InetSocketAddress from, byte[] packet, long nowNanos) {
        if (!DataPacket.wellFormed(packet)) {
            drops.count(Drop.MALFORMED);
            return;
        }
        long sid = DataPacket.sid(packet);
        Association known = bySid.get(sid);
        if (known != null) {
            deliver(known, from, packet, nowNanos);
            return;
        }
        Optional<Unconfirmed.Entry> entry = unconfirmed.find(sid);
        if (entry.isPresent()) {
            confirm(from, entry.get(), packet, nowNanos);
            return;
        }
        drops.count(Drop.UNKNOWN_SESSION);
        reset(from, sid, nowNanos);
    }

    /** Smaller than any DATA, and limited: neither a loop nor an amplifier. */
    private void reset(InetSocketAddress to, long sid, long nowNanos) {
        if (resets.allows(to.getAddress(), nowNanos)) {
            outbound.send(to, new ResetPacket(sid, tokens.of(sid)).encode());
        }
    }

    private void deliver(Association to, InetSocketAddress from, byte[] packet, long nowNanos) {
        SecureSession before = to.previous();
        boolean old = before != null && DataPacket.sid(packet) == before.localSid();
        SecureSession session = old && before != null ? before : to.session();
        Optional<byte[]> frames = session.open(packet, drops);
        if (frames.isEmpty()) {
            return;
        }
        to.heard(nowNanos);
        if (!old) {
            to.paths().heard(from, packet.length, session.order(packet), nowNanos);
        }
        feed(to, from, frames.get(), old ? Optional.empty() : Optional.of(DataPacket.counter(packet)), nowNanos);
    }

    /** @param number the packet's, in the session in use; empty for a packet of the session before */
    private void feed(Association to, InetSocketAddress from, byte[] frames, Optional<Long> number, long nowNanos) {
        try {
            if (number.isPresent()) {
                to.channels().onPacket(number.get(), frames, nowNanos);
            } else {
                to.channels().onPreviousSessionPacket(frames, nowNanos);
            }
        } catch (ProtocolViolation e) {
            drops.count(Drop.VIOLATION);
            to.channels().close(e.reason(), String.valueOf(e.getMessage()));
            flush(to, nowNanos);
            end(to, "protocol violation: " + e.getMessage());
            return;
        }
        to.tellPaths(from, nowNanos);
        to.closedByPeer().ifPresent(text -> end(to, "closed: " + text));
        if (!to.over() && to.takeRefused()) {
            to.writable();
        }
        serve(to, nowNanos);
    }

    /** The first packet that opens proves that the INIT was no replay; only now does anything change. */
    private void confirm(InetSocketAddress from, Unconfirmed.Entry entry, byte[] packet, long nowNanos) {
        Optional<byte[]> frames = entry.session().open(packet, drops);
        if (frames.isEmpty()) {
            return;
        }
        unconfirmed.remove(entry.session().localSid());
        var key = new Association.Key(entry.agent(), entry.payload().spool());
        Association held = associations.get(key);
        boolean sameRun = held != null && held.agentRun() == entry.payload().agentRun();
        Association association;
        if (entry.continues() && held != null && sameRun) {
            association = held;
            rekey(held, entry, nowNanos);
        } else if (entry.continues()) {
            // The initiator was promised its streams and they are gone meanwhile: let it come again.
            entry.session().wipe();
            drops.count(Drop.UNKNOWN_SESSION);
            reset(from, entry.session().localSid(), nowNanos);
            return;
        } else {
            if (held != null) {
                end(held, "the agent began anew");
            }
            association = associate(key, entry, nowNanos);
        }
        // RESP was received where the INIT came from; a packet from elsewhere is a move like any other.
        association.paths().heard(from, packet.length, Paths.Order.NEWEST, nowNanos);
        feed(association, from, frames.get(), Optional.of(DataPacket.counter(packet)), nowNanos);
    }

    private void rekey(Association held, Unconfirmed.Entry entry, long nowNanos) {
        dropPrevious(held);
        held.replaceSession(entry.session(), PREVIOUS_SESSION_NANOS, nowNanos);
        held.moved(held.paths().moveTo(entry.from()), nowNanos);
        held.heard(nowNanos);
        bySid.put(entry.session().localSid(), held);
    }

    private Association associate(Association.Key key, Unconfirmed.Entry entry, long nowNanos) {
        var association = new Association(
                key,
                entry.payload().agentRun(),
                new Paths(entry.from(), config.random()),
                entry.session(),
                poke,
                nowNanos);
        var late = new LateListener();
        var events = new AssociationEvents(late);
        association.channels(new ReliableChannels(Role.RESPONDER, config.limits(), events), events);
        associations.put(key, association);
        bySid.put(entry.session().localSid(), association);
        late.listener = acceptor.established(association);
        return association;
    }

    /** Sends what is due and notes when to come back. */
    private void serve(Association association, long nowNanos) {
        if (association.over()) {
            return;
        }
        if (association.previousExpired(nowNanos)) {
            dropPrevious(association);
        }
        long lostAt = association.heardNanos()
                + KEEPALIVES_UNTIL_LOST * config.keepalive().toNanos()
                + LOST_MARGIN_NANOS;
        if (nowNanos >= lostAt) {
            end(association, "silent");
            return;
        }
        flush(association, nowNanos);
        long closeAt = association.closeDueNanos(nowNanos);
        if (nowNanos >= closeAt || association.closeHeard()) {
            end(association, "closed here");
            return;
        }
        long wishes = association.session().maySend(nowNanos)
                ? Math.min(
                        association.channels().nextDeadlineNanos(),
                        association.paths().nextDeadlineNanos())
                : Long.MAX_VALUE; // worn out: the agent has to rekey, or is lost
        long next = Math.min(association.previousUntilNanos(), Math.max(wishes, nowNanos + MIN_PAUSE_NANOS));
        deadlines.set(association, Math.min(Math.min(lostAt, closeAt), next));
    }

    private void flush(Association association, long nowNanos) {
        SecureSession session = association.session();
        probe(association, nowNanos);
        while (session.maySend(nowNanos)) {
            byte[] frames = association.channels().nextPacket(session.nextCounter(), MAX_FRAME_BYTES, nowNanos);
            if (frames == null) {
                return;
            }
            outbound.send(association.address(), session.seal(frames));
        }
    }

    /** One packet each, apart from the streams, to an address that is not proven. */
    private void probe(Association association, long nowNanos) {
        SecureSession session = association.session();
        while (session.maySend(nowNanos)) {
            Optional<Paths.Probe> due = association.paths().next(nowNanos);
            if (due.isEmpty()) {
                return;
            }
            association.channels().sentByOwner(session.nextCounter());
            byte[] frames = FrameCodec.encodePacket(List.of(due.get().frame()));
            outbound.send(due.get().to(), session.seal(frames));
        }
    }

    /** Remembers that something was asked of an association, so that it is served before this thread waits again. */
    private void poke(Association association) {
        if (!association.over()) {
            poked.add(association);
        }
    }

    private void servePoked(long nowNanos) {
        while (!poked.isEmpty()) {
            List<Association> now = List.copyOf(poked);
            poked.clear();
            now.forEach(a -> serve(a, nowNanos));
        }
    }

    private void dropPrevious(Association association) {
        SecureSession before = association.previous();
        if (before != null) {
            bySid.remove(before.localSid());
            association.dropPrevious();
        }
    }

    private void end(Association association, String reason) {
        if (association.over()) {
            return;
        }
        dropPrevious(association);
        bySid.remove(association.session().localSid());
        associations.remove(association.key(), association);
        deadlines.remove(association);
        association.end();
        acceptor.closed(association, reason);
    }

    private final class OwnSessions implements HandshakeAnswerer.Sessions {
        @Override
        public int target() {
            return InitPacket.ROLE_TO_COLLECTOR;
        }

        @Override
        public boolean mayAskForProof() {
            return true;
        }

        /** The offload's queue is the limit. */
        @Override
        public boolean hasRoom(InetSocketAddress from, long nowNanos) {
            return true;
        }

        /** Everybody: what it is not trusted with, RESP and STATUS say. */
        @Override
        public boolean admits(PublicKey initiator) {
            return true;
        }

        /** The same two runs, and this spool. */
        @Override
        public boolean continues(AnsweredHandshake handshake) {
            var key = new Association.Key(handshake.agent(), handshake.payload().spool());
            Association held = associations.get(key);
            return held != null
                    && held.agentRun() == handshake.payload().agentRun()
                    && handshake.payload().lastCollectorRun().equals(config.run());
        }

        @Override
        public boolean taken(long sid) {
            return bySid.containsKey(sid);
        }

        @Override
        public RespPayload payload(AnsweredHandshake handshake, long sid, boolean continues) {
            return answers.payload(handshake, sid, continues, associations.size());
        }

        @Override
        public long nowNanos() {
            return latestNanos;
        }
    }

    /** The acceptor makes the listener when it sees the association, which needs its channels first. */
    private static final class LateListener implements ChannelListener {
        private ChannelListener listener = new ChannelListener() {
            @Override
            public void record(int channel, StreamRecord record) {
                throw new IllegalStateException("a record before the association was reported");
            }

            @Override
            public void deadRecord(int channel, long seq, int type, String error) {
                throw new IllegalStateException("a record before the association was reported");
            }
        };

        @Override
        public void record(int channel, StreamRecord record) {
            listener.record(channel, record);
        }

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {
            listener.deadRecord(channel, seq, type, error);
        }

        @Override
        public void heartbeat(Frame.Heartbeat beat) {
            listener.heartbeat(beat);
        }

        @Override
        public void writable() {
            listener.writable();
        }
    }
}
