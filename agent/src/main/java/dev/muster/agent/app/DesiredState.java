package dev.muster.agent.app;

import dev.muster.agent.heartbeat.Neighbour;
import dev.muster.agent.link.PeerLink;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.MalformedMessage;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the collector wants of this agent: the last that came holds, whole, over restarts and while the collector is away. A crash before
 * it is on disk does no harm: the generation in HELLO is an earlier one then, and it is sent again. Any thread may read.
 */
final class DesiredState {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredState.class);

    private final StateFolder folder;
    private final Executor disk;
    private volatile Held<Desired> desired;
    private volatile Held<Peers> peers;

    private record Held<T>(T state, String generation) {}

    private interface Write {
        void run() throws IOException;
    }

    private DesiredState(StateFolder folder, Executor disk, Held<Desired> desired, Held<Peers> peers) {
        this.folder = folder;
        this.disk = disk;
        this.desired = desired;
        this.peers = peers;
    }

    /** What was kept; a file that is damaged counts as none, and what it held is sent again. */
    static DesiredState load(StateFolder folder, Executor disk) {
        return new DesiredState(
                folder,
                disk,
                held("desired", folder.desired(), Desired::decode, Desired.NOTHING),
                held("peers", folder.peers(), Peers::decode, Peers.NONE));
    }

    /** Returns false, having done nothing, where this is held already. */
    boolean take(Desired next, byte[] body) {
        String generation = Generation.of(body);
        if (generation.equals(desired.generation)) {
            return false;
        }
        desired = new Held<>(next, generation);
        LOG.info(
                "event=desired generation={} instances={}",
                generation,
                next.instances().size());
        save(() -> folder.desired(body));
        return true;
    }

    /** Returns false, having done nothing, where this is held already. */
    boolean take(Peers next, byte[] body) {
        String generation = Generation.of(body);
        if (generation.equals(peers.generation)) {
            return false;
        }
        peers = new Held<>(next, generation);
        LOG.info("event=peers generation={} count={}", generation, next.peers().size());
        save(() -> folder.peers(body));
        return true;
    }

    String generation() {
        return desired.generation;
    }

    String peersGeneration() {
        return peers.generation;
    }

    List<Desired.Instance> wishes() {
        return desired.state.instances();
    }

    /** Without this agent itself, whatever the list says. */
    List<PeerLink.Located> neighbours(PublicKey own) {
        return peers.state.peers().stream()
                .filter(peer -> !peer.publicKey().equals(own))
                .map(DesiredState::located)
                .toList();
    }

    private static PeerLink.Located located(Peers.Peer peer) {
        Neighbour.Watching watching = switch (peer.kind()) {
            case AGENT -> Neighbour.Watching.EACH_OTHER;
            case COLLECTOR -> Neighbour.Watching.BEATS_ONLY;
        };
        var neighbour = new Neighbour(peer.publicKey(), watching, peer.interval(), peer.dead());
        return new PeerLink.Located(neighbour, peer.addresses());
    }

    private static <T> Held<T> held(String what, Optional<byte[]> kept, Function<byte[], T> decode, T none) {
        try {
            return kept.map(body -> new Held<>(decode.apply(body), Generation.of(body)))
                    .orElse(new Held<>(none, Generation.NONE));
        } catch (MalformedMessage e) {
            LOG.warn("event=state-damaged what={} error=\"{}\"", what, e.getMessage());
            return new Held<>(none, Generation.NONE);
        }
    }

    private void save(Write write) {
        disk.execute(() -> {
            try {
                write.run();
            } catch (IOException e) {
                LOG.warn("event=state-not-saved error=\"{}\"", e.toString());
            }
        });
    }
}
