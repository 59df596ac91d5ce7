package dev.muster.collector.link;

import dev.muster.collector.model.AgentTrust;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.Trust;
import dev.muster.protocol.session.TrustPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The keys that speak for a host, in memory. Written by the apply worker after each commit, read by the event loop. */
public final class TrustedAgents implements AgentTrust, TrustPolicy {
    private final Map<String, KnownAgent> byKey = new ConcurrentHashMap<>();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private volatile Consumer<String> onTrusted = keyId -> {};
    private volatile Consumer<String> onRevoked = keyId -> {};

    /** Tells the key id of each agent that becomes trusted, or ceases to be, from now on. */
    void tell(Consumer<String> trusted, Consumer<String> revoked) {
        onTrusted = trusted;
        onRevoked = revoked;
    }

    @Override
    public void known(List<KnownAgent> agents, Set<String> revokedKeys) {
        agents.forEach(this::trusted);
        revoked.addAll(revokedKeys);
    }

    @Override
    public void trusted(KnownAgent agent) {
        byKey.put(agent.keyId(), agent);
        revoked.remove(agent.keyId());
        onTrusted.accept(agent.keyId());
    }

    @Override
    public void revoked(String keyId) {
        byKey.remove(keyId);
        revoked.add(keyId);
        onRevoked.accept(keyId);
    }

    @Override
    public Trust trust(PublicKey agent) {
        String id = agent.id();
        if (byKey.containsKey(id)) {
            return Trust.TRUSTED;
        }
        return revoked.contains(id) ? Trust.REFUSED : Trust.PENDING;
    }

    /** A key that speaks for the host. */
    Optional<PublicKey> keyOf(HostId host) {
        return byKey.values().stream()
                .filter(agent -> agent.host().equals(host))
                .map(agent -> PublicKey.parse(agent.publicKey()))
                .findFirst();
    }

    Optional<KnownAgent> find(PublicKey agent) {
        return Optional.ofNullable(byKey.get(agent.id()));
    }
}
