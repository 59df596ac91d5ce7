package dev.muster.agent.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the agent finds its collector and proves who it is.
 *
 * @param collectors tried in this order (COLLECTORS); where none are given, the group to ask in by multicast (MULTICAST)
 * @param ttl how many routers a search by multicast may cross; more reaches more networks (TTL)
 * @param collectorKeys folder with the public keys of collectors that may answer (COLLECTOR_KEYS)
 * @param tokenFile holds an enrolment token; only a file, so that no token shows in a list of processes (TOKEN_FILE)
 * @param bind where to listen for collector and neighbours: all addresses of the host, or one (BIND); port 0 takes any (PORT, or with BIND)
 * @param digestEvery how often the collector hears what it should hold; what was lost is found, and a script that hangs is noticed, that
 *     much later (DIGEST_SECONDS)
 */
public record LinkConfig(
        List<CollectorAddress> collectors,
        int ttl,
        Path collectorKeys,
        Optional<Path> tokenFile,
        InetSocketAddress bind,
        Duration digestEvery) {
    public LinkConfig {
        collectors = List.copyOf(collectors);
    }
}
