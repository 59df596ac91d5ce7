package dev.muster.collector.apply;

import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.projection.Projections;
import dev.muster.collector.model.HostId;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows every host's facts anew after what facts become was declared otherwise, as a newer program may. Each host knows by which declarations
 * it is shown, so a restart in between goes on where it stopped.
 */
final class ProjectionChange {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionChange.class);

    /** As many as a registration's commit holds. */
    private static final int HOSTS_A_COMMIT = 5;

    private final Ledger ledger;
    private final Commits commits;
    private final Projections projections;

    ProjectionChange(Ledger ledger, Commits commits, Projections projections) {
        this.ledger = ledger;
        this.commits = commits;
        this.projections = projections;
    }

    /** First nothing is left of the old declarations, then everything is made by the new ones: nodes of all belong to no single host. */
    void run() {
        String hash = projections.hash();
        String forgotten = "forgotten for " + hash;
        ledger.adoptLabels();
        if (ledger.notProjectedBy(List.of(hash), 1).isEmpty()) {
            return;
        }
        each(List.of(hash, forgotten), (draft, host) -> draft.forget(host, forgotten));
        ledger.sweep();
        long shown = each(List.of(hash), Draft::showAll);
        LOG.info("event=graph-shown-anew hosts={}", shown);
    }

    private long each(List<String> done, BiConsumer<Draft, HostId> action) {
        long count = 0;
        List<HostId> hosts = ledger.notProjectedBy(done, HOSTS_A_COMMIT);
        while (!hosts.isEmpty()) {
            List<HostId> some = hosts;
            commits.commit(draft -> {
                some.forEach(host -> action.accept(draft, host));
                return () -> {};
            });
            count += some.size();
            hosts = ledger.notProjectedBy(done, HOSTS_A_COMMIT);
        }
        return count;
    }
}
