package dev.muster.agent.link;

import dev.muster.agent.heartbeat.Effect;
import dev.muster.agent.heartbeat.Neighbour;
import dev.muster.agent.heartbeat.NeighbourWatch;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.InitiatorEndpoint;
import dev.muster.protocol.session.Peer;
import dev.muster.protocol.session.PeerEndpoint;
import dev.muster.protocol.session.PeerListener;
import dev.muster.protocol.wire.Frame;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the sessions with the neighbours and the watch over them: what arrives is told to the watch, and what the watch wants is done.
 * Belongs to the event loop's thread.
 */
public final class PeerLink implements PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final NeighbourWatch watch;
    private final PeerReports reports;
    private Map<PublicKey, Neighbour> neighbours = Map.of();
    private long pauses;
    private long nextLogNanos = Long.MIN_VALUE;
    private @Nullable PeerEndpoint peers;
    private @Nullable InitiatorEndpoint collector;

    /**
     * A neighbour and where it may be.
     *
     * @param addresses none for the collector, which is spoken to on its own session
     */
    public record Located(Neighbour neighbour, List<InetSocketAddress> addresses) {
        public Located {
            addresses = List.copyOf(addresses);
        }
    }

    public PeerLink(NeighbourWatch watch, PeerReports reports) {
        this.watch = watch;
        this.reports = reports;
    }

    /** The endpoint that reports here, and the one that carries beats to the collector; before they do. */
    public void attach(PeerEndpoint own, InitiatorEndpoint other) {
        peers = own;
        collector = other;
    }

    /** These and no others from now on. */
    public void neighbours(Collection<Located> wanted, long nowNanos) {
        neighbours = wanted.stream()
                .map(Located::neighbour)
                .collect(Collectors.toUnmodifiableMap(Neighbour::key, each -> each));
        if (peers != null) {
            List<Peer> others = wanted.stream()
                    .filter(each -> each.neighbour().watching() == Neighbour.Watching.EACH_OTHER)
                    .map(each -> new Peer(each.neighbour().key(), each.addresses()))
                    .toList();
            peers.peers(others, nowNanos);
        }
        perform(watch.neighbours(neighbours.values(), nowNanos), nowNanos);
        LOG.info("event=neighbours count={}", neighbours.size());
    }

    /** How each neighbour stands. */
    public List<NeighbourWatch.State> states(long nowNanos) {
        return watch.states(nowNanos);
    }

    /** Tells all neighbours that the silence to come is on purpose. */
    public void close(String text, long nowNanos) {
        perform(watch.neighbours(List.of(), nowNanos), nowNanos);
        if (peers != null) {
            peers.close(text, nowNanos);
        }
    }

    void tick(long nowNanos) {
        perform(watch.tick(nowNanos), nowNanos);
    }

    long nextDeadlineNanos() {
        return watch.nextDeadlineNanos();
    }

    @Override
    public void established(PublicKey peer, InetSocketAddress address, long nowNanos) {
        LOG.debug("event=peer-session peer={} address={}", peer, address);
        perform(watch.established(peer, nowNanos), nowNanos);
    }

    @Override
    public void heartbeat(PublicKey peer, Frame.Heartbeat beat, long nowNanos) {
        perform(watch.heartbeat(peer, beat, nowNanos), nowNanos);
    }

    @Override
    public void closed(PublicKey peer, int reason, String text, long nowNanos) {
        LOG.info("event=peer-left peer={} reason={} text=\"{}\"", peer, reason, text);
        perform(watch.left(peer, nowNanos), nowNanos);
    }

    private void perform(List<Effect> effects, long nowNanos) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Beat beat -> beat(beat, nowNanos);
                case Effect.Doubt doubt -> doubt(doubt.of(), nowNanos);
                case Effect.Silent silent -> {
                    LOG.warn("event=neighbour-silent peer={} seconds={}", silent.who(), seconds(silent.silence()));
                    reports.silent(silent.who(), silent.silence());
                }
                case Effect.Back back -> {
                    LOG.info("event=neighbour-back peer={} seconds={}", back.who(), seconds(back.silence()));
                    reports.back(back.who(), back.silence());
                }
                case Effect.HeldUp held -> heldUp(held.by(), nowNanos);
            }
        }
    }

    /** Said now and then: an overloaded host is held up all the time. */
    private void heldUp(Duration by, long nowNanos) {
        pauses++;
        if (nowNanos >= nextLogNanos) {
            nextLogNanos = nowNanos + LOG_PAUSE_NANOS;
            LOG.warn(
                    "event=held-up milliseconds={} times={} consequence=\"no neighbour is reported for a while\"",
                    by.toMillis(),
                    pauses);
        }
    }

    private void beat(Effect.Beat beat, long nowNanos) {
        Neighbour to = neighbours.get(beat.to());
        if (to == null || peers == null || collector == null) {
            return;
        }
        switch (to.watching()) {
            case EACH_OTHER -> peers.heartbeat(beat.to(), beat.frame(), nowNanos);
            case BEATS_ONLY -> collector.heartbeat(beat.frame(), nowNanos);
        }
    }

    private void doubt(PublicKey of, long nowNanos) {
        if (peers != null) {
            peers.doubt(of, nowNanos);
        }
    }

    private static long seconds(Duration silence) {
        return silence.toSeconds();
    }
}
