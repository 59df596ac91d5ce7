package dev.muster.collector.apply;

import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.Ledger.BoundAgent;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which keys and names are taken, as of the last commit or, in a copy, of the draft. Owned by the apply worker. */
final class Roster {
    private final Map<String, KnownAgent> valid;
    /** Keys that were named as next and not used yet, by the key that named them. */
    private final Map<String, String> predecessors;

    private final Set<String> revoked;
    private final Set<String> names;
    private final PendingKeys pending;

    private Roster(
            Map<String, KnownAgent> valid,
            Map<String, String> predecessors,
            Set<String> revoked,
            Set<String> names,
            PendingKeys pending) {
        this.valid = valid;
        this.predecessors = predecessors;
        this.revoked = revoked;
        this.names = names;
        this.pending = pending;
    }

    static Roster empty() {
        return new Roster(new HashMap<>(), new HashMap<>(), new HashSet<>(), new HashSet<>(), PendingKeys.none());
    }

    static Roster load(Ledger ledger) {
        var roster = new Roster(
                new HashMap<>(),
                new HashMap<>(),
                new HashSet<>(),
                new HashSet<>(ledger.hostNames()),
                PendingKeys.none());
        for (BoundAgent bound : ledger.agents()) {
            switch (bound.state()) {
                case VALID -> {
                    roster.valid.put(bound.agent().keyId(), bound.agent());
                    bound.replaces()
                            .ifPresent(
                                    old -> roster.predecessors.put(bound.agent().keyId(), old));
                }
                case REVOKED -> roster.revoked.add(bound.agent().keyId());
            }
        }
        return roster;
    }

    Roster copy() {
        return new Roster(
                new HashMap<>(valid),
                new HashMap<>(predecessors),
                new HashSet<>(revoked),
                new HashSet<>(names),
                pending.copy());
    }

    /** The key that named this one as the next, while it is valid itself. */
    Optional<KnownAgent> predecessorOf(String keyId) {
        return Optional.ofNullable(predecessors.get(keyId)).flatMap(this::agent);
    }

    /** The keys that this one named as the next, while they are valid and it is, too. */
    List<KnownAgent> successorsOf(String keyId) {
        return valid.values().stream()
                .filter(agent -> keyId.equals(predecessors.get(agent.keyId())))
                .toList();
    }

    /** Those that were revoked. */
    Set<String> revokedKeys() {
        return Set.copyOf(revoked);
    }

    List<KnownAgent> agents() {
        return List.copyOf(valid.values());
    }

    Optional<KnownAgent> agent(String keyId) {
        return Optional.ofNullable(valid.get(keyId));
    }

    boolean isRevoked(String keyId) {
        return revoked.contains(keyId);
    }

    boolean isTaken(String name) {
        return names.contains(name);
    }

    List<KnownAgent> agentsOf(HostId host) {
        return valid.values().stream()
                .filter(agent -> agent.host().equals(host))
                .toList();
    }

    void bind(KnownAgent agent) {
        valid.put(agent.keyId(), agent);
        revoked.remove(agent.keyId());
        pending.remove(agent.keyId());
        names.add(agent.hostName());
    }

    /** It may speak as the other does. */
    void succeed(KnownAgent agent, String predecessor) {
        bind(agent);
        predecessors.put(agent.keyId(), predecessor);
    }

    PendingKeys pending() {
        return pending;
    }

    /** Gives the agents of a host its new name. */
    void rename(HostId host, String from, String to) {
        names.remove(from);
        names.add(to);
        agentsOf(host)
                .forEach(agent -> valid.put(agent.keyId(), new KnownAgent(agent.keyId(), agent.publicKey(), host, to)));
    }

    void revoke(String keyId) {
        valid.remove(keyId);
        predecessors.remove(keyId);
        predecessors.values().remove(keyId);
        revoked.add(keyId);
    }
}
