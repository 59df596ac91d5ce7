package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
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

    private final Key key;
    private final long agentRun;
    private final Runnable poke;
    private volatile InetSocketAddress address;
    // Set once, right after construction: the listener that the channels report to needs this object first.
    private @Nullable ReliableChannels channels;
    private SecureSession session;
    private @Nullable SecureSession previous;
    private long previousUntilNanos;
    private long heardNanos;
    private boolean over;

    Association(
            Key key, long agentRun, InetSocketAddress address, SecureSession session, Runnable poke, long nowNanos) {
        this.key = key;
        this.agentRun = agentRun;
        this.address = address;
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

    public InetSocketAddress address() {
        return address;
    }

    /** Queues a record; false if the send buffer is full or the association is over. */
    public boolean offer(int channel, StreamRecord record) {
        poke.run();
        return !over && channels().offer(channel, record);
    }

    /** Asks for the durable records from this one. */
    public void resume(int channel, long nextSeq) {
        poke.run();
        channels().resume(channel, key.spool(), nextSeq);
    }

    /** Reports records as stored for good; never call it before they are. */
    public void applied(int channel, long seq) {
        poke.run();
        channels().applied(channel, seq);
    }

    /** Smaller records for an agent that is not trusted yet. */
    public void recordLimits(int maxBodyBytes, int maxRawBytes) {
        channels().recordLimits(maxBodyBytes, maxRawBytes);
    }

    /** Says CLOSE; the association ends when the agent has heard, or falls silent. */
    public void close(String text) {
        poke.run();
        channels().close(CloseReason.NORMAL, text);
    }

    Key key() {
        return key;
    }

    long agentRun() {
        return agentRun;
    }

    ReliableChannels channels() {
        if (channels == null) {
            throw new IllegalStateException("no channels yet");
        }
        return channels;
    }

    void channels(ReliableChannels own) {
        channels = own;
    }

    SecureSession session() {
        return session;
    }

    @Nullable
    SecureSession previous() {
        return previous;
    }

    boolean previousExpired(long nowNanos) {
        return previous != null && nowNanos >= previousUntilNanos;
    }

    void dropPrevious() {
        previous = null;
    }

    /** Rekey: the old session still opens packets for a while. */
    void replaceSession(SecureSession next, InetSocketAddress from, long previousForNanos, long nowNanos) {
        previous = session;
        previousUntilNanos = nowNanos + previousForNanos;
        session = next;
        address = from;
        channels().sessionReplaced(nowNanos);
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    long heardNanos() {
        return heardNanos;
    }

    boolean over() {
        return over;
    }

    void end() {
        over = true;
        channels().dispose();
    }

    @Override
    public String toString() {
        return key.agent().fingerprint() + "@" + address;
    }
}
