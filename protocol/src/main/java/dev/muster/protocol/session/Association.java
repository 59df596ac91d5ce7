package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One agent's run, with this responder's run: the state of its streams, which outlives the sessions that carry them. Owned by the
 * endpoint's thread; only the accessors of the first group may be called from elsewhere.
 */
public final class Association {
    /**
     * Names the pair of runs.
     *
     * @param agent the key that was proved
     * @param spool the agent's spool
     */
    record Key(PublicKey agent, SpoolId spool) {}

    /** Long enough for a CLOSE that is lost once or twice. */
    private static final long CLOSE_NANOS = 3_000_000_000L;

    private final Key key;
    private final long agentRun;
    private final Consumer<Association> poke;
    private final Paths paths;
    // Set once, right after construction: the listener that the channels report to needs this object first.
    private @Nullable ReliableChannels channels;
    private @Nullable AssociationEvents events;
    private SecureSession session;
    private @Nullable SecureSession previous;
    private long previousUntilNanos;
    private long heardNanos;
    private boolean closing;
    private long closeDueNanos = Long.MAX_VALUE;
    private boolean refused;
    private boolean over;

    /** Of {@link Deadlines}. */
    private long wantedNanos = Long.MAX_VALUE;

    private long queuedNanos = Long.MAX_VALUE;

    Association(Key key, long agentRun, Paths paths, SecureSession session, Consumer<Association> poke, long nowNanos) {
        this.key = key;
        this.agentRun = agentRun;
        this.paths = paths;
        this.session = session;
        this.poke = poke;
        this.heardNanos = nowNanos;
    }

    public PublicKey agent() {
        return key.agent();
    }

    public SpoolId spool() {
        return key.spool();
    }

    /** The agent's process, as it names itself. */
    public long agentRun() {
        return agentRun;
    }

    /** Where it has shown to receive, last. */
    public InetSocketAddress address() {
        return paths.address();
    }

    /** Smoothed round-trip time. */
    public long roundTripNanos() {
        return channels().smoothedRttNanos();
    }

    /** Queues a record; false if the association is over, or its send buffer is full: {@link ChannelListener#writable} says when to offer again. */
    public boolean offer(int channel, StreamRecord record) {
        if (over) {
            return false;
        }
        poke.accept(this);
        boolean taken = channels().offer(channel, record);
        refused |= !taken;
        return taken;
    }

    /** Asks for the durable records from this one. */
    public void resume(int channel, long nextSeq) {
        poke.accept(this);
        channels().resume(channel, key.spool(), nextSeq);
    }

    /** Reports records as stored for good; never call it before they are. */
    public void applied(int channel, long seq) {
        poke.accept(this);
        channels().applied(channel, seq);
    }

    /** Smaller records for an agent that is not trusted yet. */
    public void recordLimits(int maxBodyBytes, int maxRawBytes) {
        channels().recordLimits(maxBodyBytes, maxRawBytes);
    }

    /** Sends something that the agent has to acknowledge; whether it did shows in {@link #heardNanos}. */
    public void ping() {
        poke.accept(this);
        channels().ping();
    }

    /** When the last packet came from the agent, by the endpoint's clock. On the owner's thread. */
    public long heardNanos() {
        return heardNanos;
    }

    /** Says CLOSE, for one of {@link CloseReason}; the association ends when the agent has heard, or 3 s later. */
    public void close(int reason, String text) {
        poke.accept(this);
        closing = true;
        channels().close(reason, text);
    }

    /** The same with {@link CloseReason#NORMAL}. */
    public void close(String text) {
        close(CloseReason.NORMAL, text);
    }

    Key key() {
        return key;
    }

    ReliableChannels channels() {
        if (channels == null) {
            throw new IllegalStateException("no channels yet");
        }
        return channels;
    }

    /** The peer's CLOSE, if it came. */
    Optional<String> closedByPeer() {
        return events == null ? Optional.empty() : events.closed();
    }

    void channels(ReliableChannels own, AssociationEvents their) {
        channels = own;
        events = their;
    }

    void writable() {
        if (events != null) {
            events.writable();
        }
    }

    /** Whether an offer was refused since this was last asked. */
    boolean takeRefused() {
        boolean was = refused;
        refused = false;
        return was;
    }

    /** When an association that was closed here ends at the latest. */
    long closeDueNanos(long nowNanos) {
        if (closing && closeDueNanos == Long.MAX_VALUE) {
            closeDueNanos = nowNanos + CLOSE_NANOS;
        }
        return closeDueNanos;
    }

    /** Whether the peer has acknowledged our CLOSE. */
    boolean closeHeard() {
        return closing && channels().idle();
    }

    Paths paths() {
        return paths;
    }

    /** What a packet from there said about paths. */
    void tellPaths(InetSocketAddress from, long nowNanos) {
        if (events != null) {
            moved(events.tell(paths, from), nowNanos);
        }
    }

    void moved(Paths.Move move, long nowNanos) {
        Paths.tell(move, channels(), nowNanos);
    }

    SecureSession session() {
        return session;
    }

    @Nullable
    SecureSession previous() {
        return previous;
    }

    /** When the session before is to be forgotten; {@link Long#MAX_VALUE} without one. */
    long previousUntilNanos() {
        return previous == null ? Long.MAX_VALUE : previousUntilNanos;
    }

    boolean previousExpired(long nowNanos) {
        return previous != null && nowNanos >= previousUntilNanos;
    }

    void dropPrevious() {
        if (previous != null) {
            previous.wipe();
            previous = null;
        }
    }

    /** Rekey: the old session still opens packets for a while. */
    void replaceSession(SecureSession next, long previousForNanos, long nowNanos) {
        previous = session;
        previousUntilNanos = nowNanos + previousForNanos;
        session = next;
        channels().sessionReplaced(nowNanos);
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** When it wants attention next; {@link Long#MAX_VALUE} for never. */
    long wantedNanos() {
        return wantedNanos;
    }

    void wantedNanos(long atNanos) {
        wantedNanos = atNanos;
    }

    /** When the queue of deadlines comes across it, at the wanted time or before; {@link Long#MAX_VALUE} if it is not there. */
    long queuedNanos() {
        return queuedNanos;
    }

    void queuedNanos(long atNanos) {
        queuedNanos = atNanos;
    }

    boolean over() {
        return over;
    }

    void end() {
        over = true;
        session.wipe();
        channels().dispose();
    }

    @Override
    public String toString() {
        return key.agent().fingerprint() + "@" + address();
    }
}
