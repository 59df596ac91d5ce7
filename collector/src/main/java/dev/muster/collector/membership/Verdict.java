package dev.muster.collector.membership;

import dev.muster.collector.model.HostId;
import java.util.Optional;
import java.util.Set;

/** What the collector concludes from silence and answers; to be committed. */
public sealed interface Verdict {
    /**
     * The host is gone.
     *
     * @param reporters the neighbours that said so
     */
    record Down(HostId host, Set<HostId> reporters) implements Verdict {
        public Down {
            reporters = Set.copyOf(reporters);
        }
    }

    /** The host's system lives and says that nobody listens where the agent was. */
    record AgentDied(HostId host, Set<HostId> reporters) implements Verdict {
        public AgentDied {
            reporters = Set.copyOf(reporters);
        }
    }

    /** A host that counts as gone answers. */
    record Alive(HostId host) implements Verdict {}

    /**
     * The host lives and is not heard.
     *
     * @param reporter the neighbour that does not hear it; empty for the collector
     */
    record PathProblem(Optional<HostId> reporter, HostId host) implements Verdict {}

    /** The collector reaches the host again. */
    record Reached(HostId host) implements Verdict {}

    /** The collector hears so few hosts that its own network is more likely to be broken than all of theirs. */
    record Isolated(int heard, int hosts) implements Verdict {}

    /** It hears them again. */
    record Connected(int heard, int hosts) implements Verdict {}
}
