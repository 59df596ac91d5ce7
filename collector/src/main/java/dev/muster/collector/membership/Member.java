package dev.muster.collector.membership;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A host as its neighbours need to know it.
 *
 * @param publicKey base64 of its agent's key; empty while no key speaks for it
 * @param seenAt where the collector last saw its agent; empty until it first connected
 * @param addresses what it says of its interfaces, as text
 * @param agentRun its agent's process as it names itself; empty until it first connected
 */
public record Member(
        HostId id,
        String name,
        HostStatus status,
        Optional<String> publicKey,
        Optional<InetSocketAddress> seenAt,
        List<String> addresses,
        OptionalLong agentRun) {
    public Member {
        addresses = List.copyOf(addresses);
    }

    public Member with(HostStatus changed) {
        return new Member(id, name, changed, publicKey, seenAt, addresses, agentRun);
    }

    public Member named(String changed) {
        return new Member(id, changed, status, publicKey, seenAt, addresses, agentRun);
    }

    public Member withKey(Optional<String> changed) {
        return new Member(id, name, status, changed, seenAt, addresses, agentRun);
    }

    public Member seen(InetSocketAddress at, List<String> saidAddresses, long run) {
        return new Member(id, name, status, publicKey, Optional.of(at), saidAddresses, OptionalLong.of(run));
    }

    Member running(OptionalLong run) {
        return new Member(id, name, status, publicKey, seenAt, addresses, run);
    }

    /** Whether others can watch it. */
    boolean canBeWatched() {
        return status == HostStatus.UP && publicKey.isPresent() && seenAt.isPresent();
    }

    /** Whether it shares the collector's machine. */
    boolean isLocal() {
        return seenAt.map(at -> at.getAddress().isLoopbackAddress()).orElse(false);
    }
}
