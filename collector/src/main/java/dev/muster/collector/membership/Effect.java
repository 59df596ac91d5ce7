package dev.muster.collector.membership;

import dev.muster.collector.model.HostId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** What {@link Liveness} wants done, in this order. */
public sealed interface Effect {
    /** Ask the host whether it lives; see {@link dev.muster.collector.model.Probes}. */
    record Probe(HostId host, Optional<InetSocketAddress> at) implements Effect {}

    record StopProbe(HostId host) implements Effect {}

    /** The neighbour is to look for the host anew. */
    record CallAgain(HostId neighbour, HostId host) implements Effect {}

    /** Commit this, and say {@link Liveness#undecided} where that failed. */
    record Conclude(Verdict verdict) implements Effect {}

    /** The collector itself was held up, so that it cannot say who was silent meanwhile; what it says is put off. */
    record HeldUp(Duration by) implements Effect {}
}
