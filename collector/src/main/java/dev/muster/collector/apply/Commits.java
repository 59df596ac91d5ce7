package dev.muster.collector.apply;

import dev.muster.collector.graph.GraphException;
import dev.muster.collector.graph.GraphException.Kind;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.Ledger.Order;
import dev.muster.collector.graph.Write;
import dev.muster.collector.graph.projection.Projections;
import dev.muster.collector.model.CommitListener.OutboxChange;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.PendingAgent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is committed, in memory, and the one way to change it. Owned by the apply worker, but for {@link #view}. */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    /** So often a commit that the graph called transient is tried while the graph can be read; the driver tried for 30 s each time. */
    private static final int MAX_ATTEMPTS = 3;

    private final Ledger ledger;
    private final Projections projections;
    private final Apply.Surroundings around;
    private final Set<EventType> hooked;
    private final HostViews views;
    private final Membership membership;
    private Order order = new Order(0, Instant.EPOCH);
    private volatile Roster roster;
    private Waivers waivers = Waivers.NONE;
    private volatile boolean stopping;

    Commits(Ledger ledger, Projections projections, ApplyConfig config, Apply.Surroundings around) {
        this.ledger = ledger;
        this.projections = projections;
        this.around = around;
        this.hooked = config.hooked();
        this.views = new HostViews(config.cachedBytes());
        this.membership = new Membership(around.watching());
        this.roster = Roster.empty();
    }

    /** Forgets what is in memory and reads what is committed. */
    void load() {
        views.clear();
        order = ledger.order();
        roster = Roster.load(ledger);
        membership.load(ledger);
        waivers = Waivers.of(ledger.waivers());
    }

    /** Tells everybody who watches, and every agent, what was loaded. */
    void tellMembers() {
        membership.tell(Set.of());
    }

    /** Stores the rings as they are, where the graph holds others. */
    void relink() {
        commit(draft -> {
            membership.relink(draft);
            return () -> {};
        });
    }

    List<KnownAgent> agents() {
        return roster.agents();
    }

    Set<String> revokedKeys() {
        return roster.revokedKeys();
    }

    /** From any thread: a roster is not changed any more once it is committed. */
    List<PendingAgent> pending() {
        return roster.pending().list(around.clock().instant());
    }

    Optional<FactsView> view(HostId host) {
        return views.get(host)
                .map(FactsView.class::cast)
                .or(() -> ledger.host(host).map(FactsView.class::cast));
    }

    /** From now on nothing waits for a graph that is away. From any thread. */
    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    /**
     * Decides, commits, tells the listeners, and then runs what {@code decide} returned. Where the graph moved on or its answer was lost,
     * reads it again and decides anew.
     *
     * @throws RuntimeException of {@code decide} or of the graph; then nothing is committed
     */
    void commit(Function<Draft, Runnable> decide) {
        for (int attempt = 1; ; attempt++) {
            var draft = new Draft(
                    order,
                    around.clock().instant(),
                    roster,
                    membership.committed(),
                    waivers,
                    hooked,
                    this::committed,
                    projections);
            try {
                Runnable after = decide.apply(draft);
                write(draft);
                tell(draft);
                after.run();
                return;
            } catch (GraphException e) {
                if (e.kind() != Kind.TRANSIENT || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                LOG.warn("event=commit-retried attempt={} error=\"{}\"", attempt, e.getMessage());
                reload();
            }
        }
    }

    private void write(Draft draft) {
        List<Write> writes = draft.writes();
        if (!writes.isEmpty()) {
            ledger.commit(draft.from(), draft.to(), writes);
            order = draft.to();
        }
        roster = draft.rosterAfter();
        membership.committed(draft);
        waivers = draft.waivers();
        views.put(draft.hosts());
    }

    /** Returns once the graph answers: each call tries for half a minute. */
    private void reload() {
        while (true) {
            try {
                load();
                return;
            } catch (GraphException e) {
                if (e.kind() != Kind.TRANSIENT || stopping) {
                    throw e;
                }
                LOG.error("event=graph-away error=\"{}\"", e.getMessage());
            }
        }
    }

    private HostRecord committed(HostId id) {
        Optional<HostRecord> cached = views.get(id);
        if (cached.isPresent()) {
            return cached.get();
        }
        HostRecord loaded = ledger.host(id).orElseThrow(() -> new ApplyException("there is no host " + id));
        views.put(List.of(loaded));
        return loaded;
    }

    private void tell(Draft draft) {
        try {
            draft.revoked().forEach(around.trust()::revoked);
            draft.bound().forEach(around.trust()::trusted);
            membership.tell(draft.concerned());
            membership.tellWishes(draft);
            var change = draft.outboxRows() > 0 ? OutboxChange.ROWS_ADDED : OutboxChange.UNCHANGED;
            around.listener().committed(draft.events(), change);
        } catch (RuntimeException e) {
            LOG.error("event=listener-failed", e);
        }
    }
}
