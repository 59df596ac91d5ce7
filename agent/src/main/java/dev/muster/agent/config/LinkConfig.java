package dev.muster.agent.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the agent finds its collector and proves who it is.
 *
 * @param collectors tried in this order (COLLECTORS)
 * @param collectorKeys folder with the public keys of collectors that may answer (COLLECTOR_KEYS)
 * @param tokenFile holds an enrolment token; only a file, so that no token shows in a list of processes (TOKEN_FILE)
 * @param port UDP port to listen on for collector and neighbours; 0 takes any (PORT)
 */
public record LinkConfig(List<CollectorAddress> collectors, Path collectorKeys, Optional<Path> tokenFile, int port) {
    public LinkConfig {
        collectors = List.copyOf(collectors);
    }
}
