package dev.muster.agent.link;

import dev.muster.agent.spool.Append;
import dev.muster.agent.spool.Resumption;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.agent.spool.SpoolException;
import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.Goodbye;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.MalformedMessage;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.message.Status;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.Established;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.InitiatorListener;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves records from the spool to the collector and forgets them when it says that they are applied. Everything but {@link #state}
 * belongs to the event loop's thread; reading the spool there costs a few page-cache reads.
 */
public final class CollectorLink implements InitiatorListener {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorLink.class);

    /** Taken from the spool at a time. */
    private static final int MAX_RECORDS = 64;

    private static final int MAX_BYTES = 256 << 10;

    private final Spool spool;
    private final Supplier<Hello> hello;
    private final long agentRun;
    private final LinkListener listener;
    private final LongSupplier nanos;
    /** The next record to offer; absent before the collector has said where to resume. */
    private final Map<SpoolChannel, Long> cursors = new EnumMap<>(SpoolChannel.class);

    /** What waits for its place between the records, one of a kind. */
    private final Map<Summary.Kind, Summary> summaries = new EnumMap<>(Summary.Kind.class);

    /** What the collector may answer to, once. */
    private final Set<Summary.Kind> asked = EnumSet.noneOf(Summary.Kind.class);

    private final NavigableMap<Long, Runnable> whenApplied = new TreeMap<>();
    private long appliedControl;
    private Optional<PublicKey> sessionKey = Optional.empty();
    private @Nullable InitiatorEndpoint endpoint;
    private volatile Digest.Spool origin = Digest.Spool.KEPT;
    /** What was told and may be lost. */
    private Digest.Spool unconfirmed = Digest.Spool.KEPT;

    private long originToldThrough = Long.MAX_VALUE;
    private boolean helloDue;
    private long goodbyeSeq = -1;
    private CompletableFuture<Void> goodbyeHeard = new CompletableFuture<>();
    private volatile LinkState state = LinkState.SEARCHING;

    /**
     * Sends nothing before {@link #attach}.
     *
     * @param hello says who this host is, now
     * @param agentRun names this process
     * @param nanos the clock of the event loop
     */
    public CollectorLink(Spool spool, Supplier<Hello> hello, long agentRun, LinkListener listener, LongSupplier nanos) {
        this.spool = spool;
        this.hello = hello;
        this.agentRun = agentRun;
        this.listener = listener;
        this.nanos = nanos;
    }

    /** The endpoint that reports here, before it does; another one takes its place where the agent has a new key. */
    public void attach(InitiatorEndpoint own) {
        endpoint = own;
    }

    /** Any thread. */
    public LinkState state() {
        return state;
    }

    /** Any thread: where the present spool comes from; told until the collector must have heard it. */
    public Digest.Spool origin() {
        return origin;
    }

    /** Sends it as soon as its place in the channel comes; asks for another where that has passed. */
    public void summary(Summary next) {
        if (next.spool().equals(spool.id()) && cursors.containsKey(SpoolChannel.RESULTS)) {
            summaries.put(next.kind(), next);
            pump();
        }
    }

    /** Offers what the spool holds, as far as there is room. Call it after each append. */
    public void pump() {
        if (helloDue) {
            helloDue = !offer(
                    Frame.CONTROL_CHANNEL,
                    new StreamRecord(0, RecordType.HELLO, hello.get().encode()));
        }
        if (helloDue) {
            return;
        }
        for (SpoolChannel channel : SpoolChannel.values()) {
            pump(channel);
        }
    }

    /**
     * Says that this is an orderly end, not a crash. The future completes when the collector has that on record; where it cannot be
     * reached, the goodbye stays in the spool and is delivered at the next start.
     */
    public CompletableFuture<Void> goodbye(String reason) {
        byte[] body = new Goodbye(reason, agentRun).encode();
        Append append = spool.append(SpoolChannel.CONTROL, RecordType.GOODBYE, "", body);
        if (append instanceof Append.Stored stored) {
            goodbyeSeq = stored.seq();
            pump();
        } else {
            goodbyeHeard.completeExceptionally(new IllegalStateException("the spool took no goodbye: " + append));
        }
        return goodbyeHeard;
    }

    /** Runs it as soon as the control record of that number is applied. */
    public void whenApplied(long seq, Runnable done) {
        if (seq <= appliedControl) {
            done.run();
            return;
        }
        whenApplied.put(seq, done);
        pump();
    }

    @Override
    public void established(Established session) {
        sessionKey = Optional.of(session.collector());
        LOG.info(
                "event=session-established collector={} key={} trust={}",
                session.address(),
                session.collector().fingerprint(),
                session.trust());
        if (!session.streamsContinue()) {
            forgetPlaces();
        }
        helloDue = true;
        update(new LinkState(
                Optional.of(session.address().getAddress().getHostAddress() + ":"
                        + session.address().getPort()),
                Optional.of(session.collector().fingerprint()),
                state.trust(),
                state.reason(),
                state.hostId()));
        pump();
    }

    @Override
    public void writable() {
        pump();
    }

    @Override
    public void incompatible(InetSocketAddress collector, List<Integer> versions) {
        LOG.error("event=incompatible collector={} speaks={} remedy=\"upgrade the older one\"", collector, versions);
    }

    @Override
    public void lost(String reason) {
        LOG.info("event=session-lost reason=\"{}\"", reason);
        update(new LinkState(Optional.empty(), Optional.empty(), state.trust(), reason, state.hostId()));
    }

    @Override
    public void record(int channel, StreamRecord record) {
        byte[] body = record.body();
        try {
            switch (record.type()) {
                case RecordType.STATUS -> status(Status.decode(body));
                case RecordType.DESIRED -> listener.desired(Desired.decode(body), body);
                case RecordType.PEERS -> listener.peers(Peers.decode(body), body);
                case RecordType.WANT -> wanted(Want.decode(body));
                case RecordType.COLLECTOR_KEYS -> collectorKeys(CollectorKeys.decode(body));
                default -> LOG.debug("event=record-unknown type={}", record.type());
            }
        } catch (MalformedMessage e) {
            LOG.warn("event=record-malformed type={} error=\"{}\"", record.type(), e.getMessage());
        }
    }

    @Override
    public void deadRecord(int channel, long seq, int type, String error) {
        LOG.warn("event=record-unreadable type={} error=\"{}\"", type, error);
    }

    @Override
    public void resume(int channel, SpoolId wanted, long nextSeq) {
        Optional<SpoolChannel> on = channelOf(channel);
        if (on.isEmpty() || cursors.containsKey(on.get())) {
            return;
        }
        switch (spool.resume(on.get(), wanted, nextSeq)) {
            case Resumption.SendFrom from -> {
                cursors.put(on.get(), from.seq());
                if (on.get() == SpoolChannel.RESULTS) {
                    listener.summaryDue(Summary.Kind.DIGEST);
                }
                pump();
            }
            case Resumption.NewSpool fresh ->
                startOver(
                        switch (fresh.who()) {
                            case AGENT -> Digest.Spool.AGENT_WENT_BACK;
                            case COLLECTOR -> Digest.Spool.COLLECTOR_WENT_BACK;
                        },
                        fresh.why());
            case Resumption.OtherSpool other -> LOG.debug("event=resume-of-another-spool spool={}", wanted);
        }
    }

    @Override
    public void applied(int channel, long seq) {
        channelOf(channel).ifPresent(on -> {
            spool.applied(on, seq);
            if (on == SpoolChannel.RESULTS && seq > originToldThrough) {
                unconfirmed = Digest.Spool.KEPT;
            }
            if (on == SpoolChannel.CONTROL) {
                controlApplied(seq);
            }
            pump();
        });
    }

    private void controlApplied(long seq) {
        appliedControl = Math.max(appliedControl, seq);
        if (goodbyeSeq > 0 && seq >= goodbyeSeq) {
            goodbyeHeard.complete(null);
        }
        var due = whenApplied.headMap(seq, true);
        List<Runnable> all = List.copyOf(due.values());
        due.clear();
        all.forEach(Runnable::run);
    }

    private void collectorKeys(CollectorKeys keys) {
        sessionKey.ifPresent(session -> listener.collectorKeys(session, keys));
    }

    private void pump(SpoolChannel channel) {
        Long cursor = cursors.get(channel);
        if (cursor == null) {
            return;
        }
        try {
            long next = cursor;
            var records = spool.peek(channel, next, MAX_RECORDS, MAX_BYTES);
            while (!records.isEmpty()) {
                for (StreamRecord record : records) {
                    if (!offerSummaries(channel, record.seq()) || !offer(channel.number(), record)) {
                        return;
                    }
                    next = record.seq() + 1;
                    cursors.put(channel, next);
                }
                records = spool.peek(channel, next, MAX_RECORDS, MAX_BYTES);
            }
            boolean _ = offerSummaries(channel, next);
        } catch (SpoolException e) {
            LOG.error("event=spool-unreadable error=\"{}\"", e.getMessage());
            spool.reset();
            startOver(Digest.Spool.DAMAGED, "the spool cannot be read back");
        }
    }

    /** Those whose place is right before {@code next}; false where there was no room for one. */
    private boolean offerSummaries(SpoolChannel channel, long next) {
        if (channel != SpoolChannel.RESULTS || summaries.isEmpty()) {
            return true;
        }
        for (Summary summary : List.copyOf(summaries.values())) {
            if (summary.seq() > next - 1) {
                continue;
            }
            if (summary.seq() < next - 1) {
                summaries.remove(summary.kind());
                listener.summaryDue(summary.kind());
            } else if (offer(channel.number(), summary.record())) {
                summaries.remove(summary.kind());
                asked.add(summary.kind());
                originTold(summary);
            } else {
                return false;
            }
        }
        return true;
    }

    /** The next digest says nothing of it; unless this one may be lost with its session. */
    private void originTold(Summary summary) {
        if (summary.kind() == Summary.Kind.DIGEST) {
            unconfirmed = origin;
            origin = Digest.Spool.KEPT;
            originToldThrough = summary.seq();
        }
    }

    /** One answer to each question: a collector cannot make the agent run its scripts over and over. */
    private void wanted(Want want) {
        Summary.Kind answered = switch (want) {
            case Want.Everything _ -> Summary.Kind.DIGEST;
            case Want.Instances _ -> Summary.Kind.LIST;
        };
        if (!asked.remove(answered)) {
            LOG.debug("event=want-unasked");
            return;
        }
        switch (want) {
            case Want.Everything _ -> listener.summaryDue(Summary.Kind.LIST);
            case Want.Instances some -> {
                LOG.info("event=facts-wanted-again instances={}", some.names().size());
                listener.resend(some.names());
            }
        }
    }

    private boolean offer(int channel, StreamRecord record) {
        return endpoint != null && endpoint.offer(channel, record);
    }

    private void startOver(Digest.Spool because, String why) {
        LOG.warn("event=new-spool spool={} reason=\"{}\"", spool.id(), why);
        origin = because;
        forgetPlaces();
        // Numbers begin anew, and who waits for one tells it again.
        appliedControl = 0;
        whenApplied.clear();
        listener.newSpool(spool.id().toString());
        if (endpoint != null) {
            endpoint.startOver(spool.id(), nanos.getAsLong());
        }
    }

    private void forgetPlaces() {
        cursors.clear();
        summaries.clear();
        if (origin == Digest.Spool.KEPT) {
            origin = unconfirmed;
        }
        unconfirmed = Digest.Spool.KEPT;
        originToldThrough = Long.MAX_VALUE;
    }

    private void status(Status status) {
        switch (status.trust()) {
            case TRUSTED -> LOG.info("event=trusted host={}", status.hostId());
            case PENDING -> LOG.warn("event=pending reason=\"{}\"", status.reason());
            case REFUSED -> LOG.error("event=refused reason=\"{}\"", status.reason());
        }
        Optional<String> host = status.hostId().isEmpty() ? Optional.empty() : Optional.of(status.hostId());
        update(new LinkState(
                state.collector(), state.fingerprint(), status.trust().wireName(), status.reason(), host));
    }

    private void update(LinkState next) {
        state = next;
        listener.changed(next);
    }

    private static Optional<SpoolChannel> channelOf(int number) {
        for (SpoolChannel channel : SpoolChannel.values()) {
            if (channel.number() == number) {
                return Optional.of(channel);
            }
        }
        return Optional.empty();
    }
}
