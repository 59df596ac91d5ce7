package dev.muster.agent.app;

import dev.muster.agent.discovery.InstanceKey;
import dev.muster.agent.link.LinkListener;
import dev.muster.agent.link.LinkState;
import dev.muster.agent.link.PeerLink;
import dev.muster.agent.link.Summary;
import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.InstanceName;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what the collector says to whom it concerns.
 *
 * @param own this agent's key
 * @param disk for what may wait
 * @param discovery set before there is a session
 * @param digests set before there is a session
 * @param lookUp set as soon as collectors are looked for
 * @param rotation set before there is a session
 */
record Orders(
        Supplier<PublicKey> own,
        StateFolder state,
        DesiredState wanted,
        PeerLink peerLink,
        Executor disk,
        AtomicReference<@Nullable HostDiscovery> discovery,
        AtomicReference<@Nullable Digests> digests,
        KnownCollectors collectors,
        AtomicReference<@Nullable LookUp> lookUp,
        AtomicReference<@Nullable KeyRotation> rotation)
        implements LinkListener {
    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);

    @Override
    public void changed(LinkState now) {
        boolean fresh = now.hostId().isPresent() && !now.hostId().equals(state.hostId());
        if (fresh) {
            try {
                state.hostId(now.hostId().get());
            } catch (IOException e) {
                LOG.warn("event=host-id-not-saved error=\"{}\"", e.toString());
            }
        }
        if (now.collector().isPresent() && now.trust().equals("trusted")) {
            state.tokenUsed();
        }
    }

    @Override
    public void desired(Desired desired, byte[] body) {
        if (wanted.take(desired, body)) {
            // The plan as of then: where two come in a row, the last one holds.
            disk.execute(() -> discovered().ifPresent(this::plan));
        }
    }

    /** The collector learns at once what is no longer discovered, from a summary that does not have it. */
    private void plan(HostDiscovery found) {
        Set<InstanceKey> ended = found.plan(wanted.wishes());
        if (!ended.isEmpty()) {
            LOG.info("event=discovery-ended instances={}", ended);
            summaryDue(Summary.Kind.DIGEST);
        }
    }

    @Override
    public void peers(Peers peers, byte[] body) {
        if (wanted.take(peers, body)) {
            peerLink.neighbours(wanted.neighbours(own.get()), System.nanoTime());
        }
    }

    @Override
    public void newSpool(String spoolId) {
        discovered().ifPresent(found -> found.startOver(spoolId));
        Optional.ofNullable(rotation.get()).ifPresent(KeyRotation::goOn);
    }

    @Override
    public void collectorKeys(PublicKey session, CollectorKeys keys) {
        if (collectors.said(session, keys)) {
            Optional.ofNullable(lookUp.get()).ifPresent(LookUp::again);
        }
    }

    @Override
    public void summaryDue(Summary.Kind kind) {
        Optional.ofNullable(digests.get()).ifPresent(own -> own.due(kind));
    }

    @Override
    public void resend(List<InstanceName> names) {
        Set<InstanceKey> keys = names.stream()
                .map(name -> new InstanceKey(name.type(), name.instance()))
                .collect(Collectors.toSet());
        disk.execute(() -> discovered().ifPresent(found -> found.resend(keys)));
    }

    private Optional<HostDiscovery> discovered() {
        return Optional.ofNullable(discovery.get());
    }
}
