package dev.muster.protocol.session;

import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.Role;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import dev.muster.protocol.wire.VersionsPacket;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent's side: finds a collector among the places it is given, keeps one session with it, and begins again by itself when that
 * session dies. Owned by one thread.
 */
public final class InitiatorEndpoint implements Endpoint {
    /** Plaintext in one packet. */
    private static final int MAX_FRAME_BYTES = Packets.MAX_BYTES - DataPacket.OVERHEAD_BYTES;

    /** Packets of the session before are taken this long after a rekey. */
    private static final long PREVIOUS_SESSION_NANOS = 60_000_000_000L;

    /** Never ask for a tick sooner than this for the channels' sake. */
    private static final long MIN_PAUSE_NANOS = 100_000;

    private final InitiatorConfig config;
    private final Outbound outbound;
    private final InitiatorListener listener;
    private final DropCounters drops = new DropCounters();
    private final HandshakeSchedule schedule;
    private final Calls calls;
    private SpoolId spool;
    private List<Collector> collectors = List.of();
    private @Nullable CurrentSession current;
    private @Nullable SecureSession previous;
    private long previousUntilNanos;
    private @Nullable ReliableChannels channels;
    private AssociationEvents events;
    private CollectorRun streamRun = CollectorRun.NONE;
    private long latestNanos;
    private boolean poked;
    private boolean refused;
    private boolean stopped;

    public InitiatorEndpoint(InitiatorConfig config, Outbound outbound, InitiatorListener listener) {
        this.config = config;
        this.spool = config.spool();
        this.outbound = outbound;
        this.listener = listener;
        this.calls = new Calls(config, outbound, drops);
        this.schedule = new HandshakeSchedule(config.random());
        this.events = new AssociationEvents(listener);
    }

    /** Where to look from now on; the order is that of preference. An existing session is kept. */
    public void collectors(List<Collector> places) {
        collectors = List.copyOf(places);
        if (current == null && !stopped) {
            schedule.atOnce();
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

    /**
     * Sends a heartbeat, for a collector that asked for it.
     *
     * @return false if there is no session
     */
    public boolean heartbeat(Frame.Heartbeat beat, long nowNanos) {
        CurrentSession now = current;
        if (now == null || channels == null || !now.proven() || !now.session.maySend(nowNanos)) {
            return false;
        }
        // It does not count as having spoken: nobody answers it, so the keep-alive must go on.
        sendByItself(now, channels, now.paths.address(), beat);
        return true;
    }

    /** The spool is a new one: ends the session and handshakes again in its name. */
    public void startOver(SpoolId next, long nowNanos) {
        spool = next;
        if (current != null && channels != null) {
            channels.close(CloseReason.NORMAL, "new spool");
            flush(nowNanos);
            forgetStreams();
            lose("new spool", 0, nowNanos);
        }
    }

    /** Says CLOSE to the collector and does not come back; nothing is reported any more. */
    public void close(String text, long nowNanos) {
        stopped = true;
        schedule.never();
        calls.forget();
        if (current != null && channels != null) {
            channels.close(CloseReason.NORMAL, text);
            flush(nowNanos);
        }
        forgetSession();
        forgetStreams();
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
        latestNanos = nowNanos;
        switch (Packets.type(packet)) {
            case Packets.RESP ->
                RespPacket.decode(packet).ifPresentOrElse(r -> resp(from, r, nowNanos), this::malformed);
            case Packets.DATA -> data(from, packet, nowNanos);
            case Packets.RESET -> ResetPacket.decode(packet).ifPresentOrElse(r -> reset(r, nowNanos), this::malformed);
            case Packets.COOKIE ->
                CookiePacket.decode(packet)
                        .ifPresentOrElse(c -> calls.cookie(c, spool, lastRun(), nowNanos), this::malformed);
            case Packets.VERNEG ->
                VersionsPacket.decode(packet).ifPresentOrElse(v -> versions(from, v), this::malformed);
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
        latestNanos = nowNanos;
        poked = false;
        calls.expire(nowNanos);
        loseIfDead(nowNanos);
        if (nowNanos >= previousUntilNanos) {
            dropPrevious();
        }
        keepAlive(nowNanos);
        rekey(nowNanos);
        if (nowNanos >= schedule.atNanos()) {
            handshake(nowNanos);
        }
        flush(nowNanos);
    }

    @Override
    public long nextDeadlineNanos() {
        if (poked) {
            return Long.MIN_VALUE;
        }
        long deadline = schedule.atNanos();
        CurrentSession now = current;
        if (now == null || channels == null) {
            return deadline;
        }
        if (previous != null) {
            deadline = Math.min(deadline, previousUntilNanos);
        }
        if (!now.proven()) {
            return Math.min(deadline, now.proofAtNanos());
        }
        long wishes = Math.min(channels.nextDeadlineNanos(), now.paths.nextDeadlineNanos());
        deadline = Math.min(deadline, Math.max(wishes, latestNanos + MIN_PAUSE_NANOS));
        deadline = Math.min(deadline, now.keepaliveAtNanos());
        deadline = Math.min(deadline, now.deadAtNanos(channels.ptoCount()));
        return schedule.waiting() ? deadline : Math.min(deadline, now.rekeyAtNanos());
    }

    private void malformed() {
        drops.count(Drop.MALFORMED);
    }

    private void handshake(long nowNanos) {
        calls.call(collectors, spool, lastRun(), nowNanos);
        schedule.attempted(nowNanos);
    }

    private void versions(InetSocketAddress from, VersionsPacket packet) {
        List<Integer> spoken = calls.versions(packet);
        if (!spoken.isEmpty()) {
            listener.incompatible(from, spoken);
        }
    }

    private CollectorRun lastRun() {
        return channels == null ? CollectorRun.NONE : streamRun;
    }

    private void resp(InetSocketAddress from, RespPacket packet, long nowNanos) {
        calls.answered(packet).ifPresent(answer -> {
            calls.forget();
            schedule.established();
            var session = new SecureSession(packet.sid(), answer.payload().sid(), answer.keys(), nowNanos);
            establish(answer.place(), from, session, answer.payload(), nowNanos);
        });
    }

    private void establish(
            Collector place, InetSocketAddress from, SecureSession session, RespPayload payload, long nowNanos) {
        var origin = place.address().equals(from) ? CurrentSession.Origin.TOLD : CurrentSession.Origin.UNTOLD;
        var paths = new Paths(from, config.random());
        var next = new CurrentSession(
                paths, origin, session, payload, config.random().nextDouble(), nowNanos);
        ReliableChannels held = channels;
        boolean continues = payload.streamsContinue()
                && held != null
                && payload.collectorRun().equals(streamRun);
        dropPrevious();
        if (continues && held != null) {
            previous = current == null ? null : current.session;
            previousUntilNanos = nowNanos + PREVIOUS_SESSION_NANOS;
            held.sessionReplaced(nowNanos);
            if (current != null) {
                Paths.tell(current.paths.moveTo(from), held, nowNanos);
            }
        } else {
            forgetSession();
            forgetStreams();
            held = beginStreams(payload.collectorRun());
        }
        current = next;
        // The responder does not use the session before it hears from us, so there must be something to hear.
        held.ping();
        listener.established(
                new Established(place.key(), from, Trust.of(payload.status()), continues, next.keepalive()));
    }

    private ReliableChannels beginStreams(CollectorRun run) {
        events = new AssociationEvents(listener);
        var fresh = new ReliableChannels(Role.INITIATOR, config.limits(), events);
        channels = fresh;
        streamRun = run;
        return fresh;
    }

    private void data(InetSocketAddress from, byte[] packet, long nowNanos) {
        if (!DataPacket.wellFormed(packet)) {
            malformed();
            return;
        }
        CurrentSession now = current;
        ReliableChannels to = channels;
        SecureSession before = previous;
        if (now == null || to == null) {
            drops.count(Drop.UNKNOWN_SESSION);
            return;
        }
        long sid = DataPacket.sid(packet);
        boolean old = before != null && sid == before.localSid();
        if (!old && sid != now.session.localSid()) {
            drops.count(Drop.UNKNOWN_SESSION);
            return;
        }
        Optional<byte[]> frames = old && before != null ? before.open(packet, drops) : now.session.open(packet, drops);
        if (frames.isEmpty()) {
            return;
        }
        now.heard(nowNanos);
        if (!old) {
            now.prove();
            now.paths.heard(from, packet.length, now.session.order(packet), nowNanos);
        }
        try {
            if (old) {
                to.onPreviousSessionPacket(frames.get(), nowNanos);
            } else {
                to.onPacket(DataPacket.counter(packet), frames.get(), nowNanos);
            }
        } catch (ProtocolViolation e) {
            drops.count(Drop.VIOLATION);
            to.close(e.reason(), String.valueOf(e.getMessage()));
            flush(nowNanos);
            expelled("protocol violation: " + e.getMessage(), nowNanos);
            return;
        }
        Paths.tell(events.tell(now.paths, from), to, nowNanos);
        events.closed().ifPresent(text -> expelled("closed by the collector: " + text, nowNanos));
    }

    /** Session and streams are gone on the other side; answers to INITs that are out speak of streams that are no more. */
    private void expelled(String reason, long nowNanos) {
        calls.forget();
        forgetStreams();
        lose(reason, Retry.FIRST_NANOS, nowNanos);
    }

    private void reset(ResetPacket packet, long nowNanos) {
        CurrentSession now = current;
        if (now == null || packet.sid() != now.session.remoteSid()) {
            drops.count(Drop.UNKNOWN_SESSION);
            return;
        }
        if (!MessageDigest.isEqual(packet.token(), now.resetToken())) {
            drops.count(Drop.BAD_RESET);
            return;
        }
        long delay = (long) (now.spreadNanos() * config.random().nextDouble());
        lose("the collector was restarted", delay, nowNanos);
    }

    private void loseIfDead(long nowNanos) {
        CurrentSession now = current;
        if (now == null || channels == null) {
            return;
        }
        if (nowNanos >= now.deadAtNanos(channels.ptoCount())) {
            lose("no answer for 10 s", 0, nowNanos);
        } else if (!now.session.maySend(nowNanos)) {
            lose("keys worn out and no answer to a rekey", 0, nowNanos);
        } else if (nowNanos >= now.giveUpNanos()) {
            lose("nothing came in the session", 0, nowNanos);
        }
    }

    /** The session is gone; its streams may go on in the next one, if the collector still has them. */
    private void lose(String reason, long delayNanos, long nowNanos) {
        CurrentSession lost = current;
        if (lost == null) {
            return; // closed meanwhile by a handler
        }
        forgetSession();
        schedule.lost(lost.session.bornNanos(), delayNanos, nowNanos);
        listener.lost(reason);
    }

    private void forgetSession() {
        if (current != null) {
            current.session.wipe();
            current = null;
        }
        dropPrevious();
    }

    private void dropPrevious() {
        if (previous != null) {
            previous.wipe();
            previous = null;
        }
    }

    private void forgetStreams() {
        if (channels != null) {
            channels.dispose();
            channels = null;
        }
        streamRun = CollectorRun.NONE;
    }

    private void keepAlive(long nowNanos) {
        CurrentSession now = current;
        if (now != null && channels != null && nowNanos >= now.keepaliveAtNanos()) {
            channels.ping();
            // Even if congestion holds the ping back, ask again only a keep-alive later.
            now.spoke(nowNanos);
        }
    }

    private void rekey(long nowNanos) {
        if (current != null && !schedule.waiting() && nowNanos >= current.rekeyAtNanos()) {
            schedule.rekey(nowNanos);
        }
    }

    private void flush(long nowNanos) {
        CurrentSession now = current;
        ReliableChannels from = channels;
        if (now == null || from == null) {
            return;
        }
        if (!now.proven()) {
            prove(now, from, nowNanos);
            return;
        }
        probe(now, from, nowNanos);
        while (now.session.maySend(nowNanos)) {
            byte[] frames = from.nextPacket(now.session.nextCounter(), MAX_FRAME_BYTES, nowNanos);
            if (frames == null) {
                return;
            }
            now.spoke(nowNanos);
            outbound.send(now.paths.address(), now.session.seal(frames));
        }
    }

    /** The collector answered from a place that we did not send to: nothing else goes there before it is heard in the session. */
    private void prove(CurrentSession now, ReliableChannels from, long nowNanos) {
        if (now.affordsProof(nowNanos)) {
            sendByItself(now, from, now.paths.address(), new Frame.Ping());
        }
    }

    private void probe(CurrentSession now, ReliableChannels from, long nowNanos) {
        while (now.session.maySend(nowNanos)) {
            Optional<Paths.Probe> due = now.paths.next(nowNanos);
            if (due.isEmpty()) {
                return;
            }
            sendByItself(now, from, due.get().to(), due.get().frame());
        }
    }

    /** A packet that the streams know nothing of, but for its number. */
    private void sendByItself(CurrentSession now, ReliableChannels beside, InetSocketAddress to, Frame frame) {
        beside.sentByOwner(now.session.nextCounter());
        outbound.send(to, now.session.seal(FrameCodec.encodePacket(List.of(frame))));
    }
}
