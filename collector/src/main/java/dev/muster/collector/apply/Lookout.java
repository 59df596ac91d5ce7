package dev.muster.collector.apply;

import dev.muster.collector.membership.Effect;
import dev.muster.collector.membership.Liveness;
import dev.muster.collector.membership.LivenessConfig;
import dev.muster.collector.membership.Members;
import dev.muster.collector.membership.Verdict;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.LifeSigns;
import dev.muster.collector.model.Probes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives {@link Liveness} what is committed and what the network says, and does what it wants: hosts are asked, conclusions handed in. On a
 * thread of its own, so that a graph that is slow makes nobody late.
 */
public final class Lookout implements LifeSigns, MembersListener {
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    /** It looks at every host. */
    private static final int TICKS_A_SUMMARY = 10;

    private final LivenessConfig config;
    private final Executor thread;
    private final LongSupplier nanos;
    private Members members = Members.none();
    private @Nullable Watcher watcher;
    private long ticks;
    private volatile Liveness.Summary summary = new Liveness.Summary(0, 0, 0, 0, 0, 0);

    private record Watcher(Liveness liveness, Inputs inputs, Probes probes) {}

    /**
     * Concludes nothing before {@link #start}.
     *
     * @param thread runs tasks one after another
     * @param nanos a monotonic clock
     */
    public Lookout(LivenessConfig config, Executor thread, LongSupplier nanos) {
        this.config = config;
        this.thread = thread;
        this.nanos = nanos;
    }

    /** Call it once agents can connect: from here on they have the time of grace to do so. */
    public void start(Inputs inputs, Probes probes) {
        thread.execute(() -> watcher = new Watcher(new Liveness(config, members, nanos.getAsLong()), inputs, probes));
    }

    /** To be called ten times a second. */
    public void tick() {
        thread.execute(() -> {
            now(liveness -> liveness.tick(nanos.getAsLong()));
            Watcher on = watcher;
            if (on != null && ++ticks % TICKS_A_SUMMARY == 0) {
                summary = on.liveness().summary();
            }
        });
    }

    /** For {@code status}; from any thread. */
    public Liveness.Summary summary() {
        return summary;
    }

    @Override
    public void committed(Members committed, Set<HostId> concerned) {
        thread.execute(() -> {
            members = committed;
            now(liveness -> liveness.members(committed, concerned, nanos.getAsLong()));
        });
    }

    @Override
    public void connected(HostId host) {
        tell(liveness -> liveness.connected(host, nanos.getAsLong()));
    }

    @Override
    public void disconnected(HostId host) {
        tell(liveness -> liveness.disconnected(host, nanos.getAsLong()));
    }

    @Override
    public void beat(HostId host) {
        tell(liveness -> liveness.beat(host, nanos.getAsLong()));
    }

    @Override
    public void answered(HostId host) {
        tell(liveness -> liveness.answered(host, nanos.getAsLong()));
    }

    @Override
    public void portClosed(HostId host) {
        tell(liveness -> liveness.portClosed(host));
    }

    private void tell(Function<Liveness, List<Effect>> input) {
        thread.execute(() -> now(input));
    }

    private void now(Function<Liveness, List<Effect>> input) {
        Watcher on = watcher;
        if (on == null) {
            return;
        }
        input.apply(on.liveness()).forEach(effect -> perform(on, effect));
    }

    private void perform(Watcher on, Effect effect) {
        switch (effect) {
            case Effect.Probe probe -> on.probes().begin(probe.host(), probe.at());
            case Effect.StopProbe stop -> on.probes().stop(stop.host());
            case Effect.CallAgain again -> on.probes().callAgain(again.neighbour(), again.host());
            case Effect.Conclude conclude -> conclude(on, conclude.verdict());
            case Effect.HeldUp held ->
                LOG.warn("event=lookout-held-up milliseconds={}", held.by().toMillis());
        }
    }

    private void conclude(Watcher on, Verdict verdict) {
        LOG.info("event=concluded verdict=\"{}\"", verdict);
        var taken = on.inputs().offer(new Input.Concluded(verdict));
        if (taken.isEmpty()) {
            undecided(verdict);
            return;
        }
        taken.get().whenComplete((seen, failure) -> {
            if (failure != null) {
                LOG.warn("event=conclusion-not-stored verdict=\"{}\" error=\"{}\"", verdict, failure.getMessage());
                undecided(verdict);
            }
        });
    }

    private void undecided(Verdict verdict) {
        host(verdict).ifPresent(host -> tell(liveness -> liveness.undecided(host, nanos.getAsLong())));
    }

    private static Optional<HostId> host(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Down down -> Optional.of(down.host());
            case Verdict.AgentDied died -> Optional.of(died.host());
            case Verdict.Alive alive -> Optional.of(alive.host());
            case Verdict.PathProblem problem -> Optional.of(problem.host());
            case Verdict.Reached reached -> Optional.of(reached.host());
            case Verdict.Isolated _, Verdict.Connected _ -> Optional.empty();
        };
    }
}
