package dev.muster.protocol.session;

import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.Role;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent's side: finds a collector among the places it is given, keeps one session with it, and begins again by itself when that
 * session dies. Owned by one thread.
 */
public final class InitiatorEndpoint implements Endpoint {
    /** An INIT's ephemeral key is kept this long for a late answer. */
    private static final long PENDING_NANOS = 10_000_000_000L;

    /** Handshakes under way at once, whatever the number of places. */
    private static final int MAX_PENDING = 64;

    /** Plaintext in one packet. */
    private static final int MAX_FRAME_BYTES = Packets.MAX_BYTES - DataPacket.OVERHEAD_BYTES;

    private static final long REKEY_NANOS = 3_600_000_000_000L;
    private static final double REKEY_JITTER = 0.1;
    private static final long REKEY_PACKETS = 1L << 22;

    /** Packets of the session before are taken this long after a rekey. */
    private static final long PREVIOUS_SESSION_NANOS = 60_000_000_000L;

    private static final long NEVER = Long.MAX_VALUE;

    /** The session in use. */
    private static final class Current {
        final InetSocketAddress address;
        final long keepaliveNanos;
        final long rekeyAtNanos;
        final SecureSession session;
        final byte[] resetToken;
        long lastSentNanos;

        Current(
                InetSocketAddress address,
                SecureSession session,
                RespPayload payload,
                long rekeyAtNanos,
                long nowNanos) {
            this.address = address;
            this.session = session;
            this.resetToken = payload.resetToken();
            this.keepaliveNanos =
                    Duration.ofSeconds(Math.max(1, payload.keepaliveSeconds())).toNanos();
            this.rekeyAtNanos = rekeyAtNanos;
            this.lastSentNanos = nowNanos;
        }
    }

    private final InitiatorConfig config;
    private final Outbound outbound;
    private final InitiatorListener listener;
    private final DropCounters drops = new DropCounters();
    private final Map<Long, PendingHandshake> pending = new HashMap<>();
    private List<Collector> collectors = List.of();
    private @Nullable Current current;
    private @Nullable SecureSession previous;
    private long previousUntilNanos;
    private @Nullable ReliableChannels channels;
    private CollectorRun streamRun = CollectorRun.NONE;
    private int attempt;
    private long handshakeAtNanos = NEVER;
    private Optional<String> closedByPeer = Optional.empty();
    private boolean poked;
    private boolean refused;
    private boolean stopped;

    public InitiatorEndpoint(InitiatorConfig config, Outbound outbound, InitiatorListener listener) {
        this.config = config;
        this.outbound = outbound;
        this.listener = listener;
    }

    /** Where to look from now on; the order is that of preference. An existing session is kept. */
    public void collectors(List<Collector> places) {
        collectors = List.copyOf(places);
        if (current == null && !stopped) {
            attempt = 0;
            handshakeAtNanos = Long.MIN_VALUE;
        }
    }

    /**
     * Queues a record on the session.
     *
     * @return false if there is no session, or its send buffer is full: {@link InitiatorListener#writable} says when to offer again
     */
    public boolean offer(int channel, StreamRecord record) {
        if (current == null || channels == null) {
            return false;
        }
        boolean taken = channels.offer(channel, record);
        poked |= taken;
        refused |= !taken;
        return taken;
    }

    /** Says CLOSE to the collector and does not come back. */
    public void close(String text, long nowNanos) {
        stopped = true;
        handshakeAtNanos = NEVER;
        pending.clear();
        if (current != null && channels != null) {
            channels.close(CloseReason.NORMAL, text);
            flush(nowNanos);
            current = null;
        }
    }

    /** Whether everything offered was acknowledged by the peer's transport. */
    public boolean idle() {
        return channels == null || channels.idle();
    }

    public DropCounters drops() {
        return drops;
    }

    @Override
    public void datagram(InetSocketAddress from, byte[] packet, long nowNanos) {
        switch (Packets.type(packet)) {
            case Packets.RESP ->
                RespPacket.decode(packet).ifPresentOrElse(r -> resp(from, r, nowNanos), this::malformed);
            case Packets.DATA -> data(packet, nowNanos);
            case Packets.RESET -> ResetPacket.decode(packet).ifPresentOrElse(r -> reset(r, nowNanos), this::malformed);
            default -> malformed();
        }
        if (refused && current != null) {
            refused = false;
            listener.writable();
        }
        flush(nowNanos);
    }

    @Override
    public void tick(long nowNanos) {
        poked = false;
        pending.values().removeIf(p -> p.expired(nowNanos));
        if (current != null && channels != null && channels.dead(nowNanos)) {
            lose("no answer for 10 s", 0, nowNanos);
        }
        if (nowNanos >= previousUntilNanos) {
            previous = null;
        }
        keepAlive(nowNanos);
        rekey(nowNanos);
        if (nowNanos >= handshakeAtNanos) {
            handshake(nowNanos);
        }
        flush(nowNanos);
    }

    @Override
    public long nextDeadlineNanos() {
        if (poked) {
            return Long.MIN_VALUE;
        }
        long deadline = handshakeAtNanos;
        if (current != null && channels != null) {
            deadline = Math.min(deadline, channels.nextDeadlineNanos());
            deadline = Math.min(deadline, current.lastSentNanos + current.keepaliveNanos);
            deadline = Math.min(deadline, handshakeAtNanos == NEVER ? current.rekeyAtNanos : NEVER);
        }
        return deadline;
    }

    private void malformed() {
        drops.count(Drop.MALFORMED);
    }

    /** One INIT to each place; the first that answers wins. */
    private void handshake(long nowNanos) {
        for (Collector collector : collectors) {
            if (pending.size() >= MAX_PENDING) {
                break;
            }
            try {
                var next = new PendingHandshake(config, collector, lastRun(), nowNanos + PENDING_NANOS);
                pending.put(next.sid(), next);
                outbound.send(collector.address(), next.packet());
            } catch (HandshakeFailure e) {
                // The configured key is a low-order point: nobody can answer, and there is nothing to send.
                drops.count(Drop.BAD_HANDSHAKE);
            }
        }
        handshakeAtNanos = nowNanos + Retry.delayNanos(attempt, config.random().nextDouble());
        attempt++;
    }

    private CollectorRun lastRun() {
        return channels == null ? CollectorRun.NONE : streamRun;
    }

    private void resp(InetSocketAddress from, RespPacket packet, long nowNanos) {
        PendingHandshake answered = pending.get(packet.sid());
        if (answered == null || stopped) {
            drops.count(Drop.UNEXPECTED_RESP);
            return;
        }
        RespPayload payload;
        try {
            payload = RespPayload.decode(answered.noise().read(packet.noise()));
        } catch (HandshakeFailure e) {
            // A forged answer spoils the handshake's state; the next attempt starts a fresh one.
            pending.remove(packet.sid());
            drops.count(Drop.BAD_HANDSHAKE);
            return;
        }
        pending.clear();
        attempt = 0;
        handshakeAtNanos = NEVER;
        var session = new SecureSession(
                answered.sid(), payload.sid(), answered.noise().keys(), nowNanos);
        establish(answered.collector(), from, session, payload, nowNanos);
    }

    private void establish(
            Collector collector, InetSocketAddress from, SecureSession session, RespPayload payload, long nowNanos) {
        boolean continues = payload.streamsContinue()
                && channels != null
                && payload.collectorRun().equals(streamRun);
        if (continues && channels != null) {
            previous = current == null ? null : current.session;
            previousUntilNanos = nowNanos + PREVIOUS_SESSION_NANOS;
            channels.sessionReplaced(nowNanos);
        } else {
            previous = null;
            disposeChannels();
            channels = new ReliableChannels(
                    Role.INITIATOR, config.limits(), new AssociationEvents(listener, this::closedByPeer));
            streamRun = payload.collectorRun();
        }
        double jitter = 1 + REKEY_JITTER * (2 * config.random().nextDouble() - 1);
        current = new Current(from, session, payload, nowNanos + (long) (REKEY_NANOS * jitter), nowNanos);
        listener.established(new Established(
                collector.key(),
                from,
                Trust.of(payload.status()),
                continues,
                Duration.ofNanos(current.keepaliveNanos)));
        // The responder does not use the session before it hears from us, so there must be something to hear.
        if (channels != null) {
            channels.ping();
        }
    }

    private void data(byte[] packet, long nowNanos) {
        if (!DataPacket.wellFormed(packet)) {
            malformed();
            return;
        }
        long sid = DataPacket.sid(packet);
        Current now = current;
        SecureSession before = previous;
        ReliableChannels to = channels;
        if (now == null || to == null) {
            drops.count(Drop.UNKNOWN_SESSION);
            return;
        }
        try {
            if (sid == now.session.localSid()) {
                Optional<byte[]> frames = now.session.open(packet, drops);
                if (frames.isPresent()) {
                    to.onPacket(DataPacket.counter(packet), frames.get(), nowNanos);
                }
            } else if (before != null && sid == before.localSid()) {
                Optional<byte[]> frames = before.open(packet, drops);
                if (frames.isPresent()) {
                    to.onPreviousSessionPacket(frames.get(), nowNanos);
                }
            } else {
                drops.count(Drop.UNKNOWN_SESSION);
            }
        } catch (ProtocolViolation e) {
            to.close(e.reason(), String.valueOf(e.getMessage()));
            flush(nowNanos);
            forgetStreams();
            lose("protocol violation: " + e.getMessage(), Retry.FIRST_NANOS, nowNanos);
        }
        closedByPeer.ifPresent(text -> {
            closedByPeer = Optional.empty();
            forgetStreams();
            lose("closed by the collector: " + text, Retry.FIRST_NANOS, nowNanos);
        });
    }

    private void closedByPeer(int reason, String text) {
        closedByPeer = Optional.of(reason + " " + text);
    }

    private void reset(ResetPacket packet, long nowNanos) {
        Current now = current;
        if (now == null || packet.sid() != now.session.remoteSid()) {
            drops.count(Drop.UNKNOWN_SESSION);
            return;
        }
        if (!MessageDigest.isEqual(packet.token(), now.resetToken)) {
            drops.count(Drop.BAD_RESET);
            return;
        }
        lose("the collector was restarted", 0, nowNanos);
    }

    /** The session is gone; its streams may go on in the next one, if the collector still has them. */
    private void lose(String reason, long delayNanos, long nowNanos) {
        current = null;
        previous = null;
        attempt = 0;
        handshakeAtNanos = nowNanos + delayNanos;
        listener.lost(reason);
    }

    private void forgetStreams() {
        disposeChannels();
        channels = null;
        streamRun = CollectorRun.NONE;
    }

    private void disposeChannels() {
        if (channels != null) {
            channels.dispose();
        }
    }

    private void keepAlive(long nowNanos) {
        if (current != null && channels != null && nowNanos - current.lastSentNanos >= current.keepaliveNanos) {
            channels.ping();
            // Even if congestion holds the ping back, ask again only a keep-alive later.
            current.lastSentNanos = nowNanos;
        }
    }

    private void rekey(long nowNanos) {
        boolean due = current != null
                && handshakeAtNanos == NEVER
                && (nowNanos >= current.rekeyAtNanos || current.session.nextCounter() >= REKEY_PACKETS);
        if (due) {
            handshakeAtNanos = nowNanos;
        }
    }

    private void flush(long nowNanos) {
        Current now = current;
        ReliableChannels from = channels;
        if (now == null || from == null) {
            return;
        }
        while (now.session.maySend(nowNanos)) {
            byte[] frames = from.nextPacket(now.session.nextCounter(), MAX_FRAME_BYTES, nowNanos);
            if (frames == null) {
                return;
            }
            now.lastSentNanos = nowNanos;
            outbound.send(now.address, now.session.seal(frames));
        }
    }
}
