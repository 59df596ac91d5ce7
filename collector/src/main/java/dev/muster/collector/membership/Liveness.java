package dev.muster.collector.membership;

import dev.muster.collector.membership.Watch.Phase;
import dev.muster.collector.membership.Watch.Suspicion;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Silence.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides who lives. No clock, no thread, one owner, who hands in what is committed and what the network says, calls {@link #tick} ten
 * times a second, and does what is returned. Times are of one monotonic clock.
 *
 * <p>A host is suspected when a neighbour reports it, when its beats to the collector stop, when its session is gone for long, or when it
 * is near one that died. It is then asked five times in a second. An answer, or a new session, ends it: where a neighbour complained, the
 * way between the two is at fault. Without an answer the host is down if a neighbour says so too, or if no neighbour is left that
 * could hear it. Otherwise its neighbours are told to look for it anew, which makes them report within their dead time.
 *
 * <p>Maintainer's note. Two reports do not suffice by themselves, although they would usually be right: where agents cannot reach each
 * other at all (a firewall between them), everybody is reported by two. So the probe always runs, and two reports of neighbours that
 * complain of nobody else only shorten it. The clock stands still while the owner is late, as in the agents: who was paused did not listen.
 */
public final class Liveness {
    private static final long MILLI_NANOS = 1_000_000L;

    /** Five probes, 200 ms apart. */
    static final long PROBE_NANOS = 1_000 * MILLI_NANOS;

    /** Three probes, where two neighbours are sure. */
    static final long SHORT_PROBE_NANOS = 500 * MILLI_NANOS;

    /** The neighbours' own reports come about when the collector notices, too; to look anew would put them off. */
    static final long REPORTS_DUE_NANOS = 3_000 * MILLI_NANOS;

    /** From the suspicion on: then the neighbour's first contact (10 s), interval and dead time, and the way of the report. */
    static final long CALLED_AGAIN_NANOS = REPORTS_DUE_NANOS + 20_000 * MILLI_NANOS;

    /** A new neighbour list reaches the agent, and it begins to beat. */
    static final long FIRST_BEAT_NANOS = 10_000 * MILLI_NANOS;

    /** After a host is back, its neighbours hear it within an interval or two. */
    static final long BACK_NANOS = 10_000 * MILLI_NANOS;

    /** A conclusion is committed and told. */
    static final long COMMIT_NANOS = 2_000 * MILLI_NANOS;

    /** A goodbye is followed by the end of the session; who still has one after that is back, or never left. */
    static final long GOODBYE_NANOS = 5_000 * MILLI_NANOS;

    /** Being this late means that it did not listen. */
    static final long HELD_UP_NANOS = 500 * MILLI_NANOS;

    /** Nothing is concluded so soon after a pause: what waits in the socket's buffer comes first. */
    static final long LISTEN_NANOS = 2_000 * MILLI_NANOS;

    /** So many on each side of a dead host are asked, too: what killed it may have killed them. */
    static final int NEAR = 8;

    /** With fewer hosts, nobody can tell an outage from a broken network of the collector. */
    static final int HOSTS_TO_COMPARE = 3;

    private static final long RETRY_NANOS = 1_000 * MILLI_NANOS;

    private final LivenessConfig config;
    private final Map<HostId, Watch> watches = new HashMap<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private Members members;
    private long notListenedNanos;
    private long tickedNanos;
    private long listenUntilNanos;
    private boolean isolated;
    private long isolationDueNanos = Long.MIN_VALUE;

    private record Due(long atNanos, HostId host) {}

    /**
     * How many hosts stand how, for {@code status}.
     *
     * @param watchedByCollector with too few neighbours that can hear them
     * @param unreachable the collector does not hear them, their neighbours do
     */
    public record Summary(
            int ring, int connected, int watchedByCollector, int suspected, int unreachable, int pathProblems) {}

    /**
     * Begins at the start of the collector.
     *
     * @param members what is committed
     */
    public Liveness(LivenessConfig config, Members members, long nowNanos) {
        this.config = config;
        this.members = members;
        this.tickedNanos = nowNanos;
        this.listenUntilNanos = nowNanos;
        for (HostId host : members.watched()) {
            var watch = new Watch(nowNanos + config.grace().toNanos());
            watch.watched = members.isWatchedByCollector(host);
            watches.put(host, watch);
            due(host, watch.awaitedUntilNanos);
        }
    }

    /** Something was committed. */
    public List<Effect> members(Members committed, Set<HostId> concerned, long nowNanos) {
        var effects = new ArrayList<Effect>();
        long now = listening(nowNanos);
        Members before = members;
        members = committed;
        for (HostId host : concerned) {
            HostStatus was = before.get(host).map(Member::status).orElse(HostStatus.UP);
            changed(host, was, now, effects);
        }
        return effects;
    }

    public List<Effect> connected(HostId host, long nowNanos) {
        var effects = new ArrayList<Effect>();
        long now = listening(nowNanos);
        Watch watch = watch(host, now);
        watch.connected = true;
        watch.reportsHeldUntilNanos = now + BACK_NANOS;
        watch.beatOverdueNanos = now + FIRST_BEAT_NANOS;
        reached(host, watch, effects);
        clear(host, watch, effects);
        examine(host, now, effects);
        return effects;
    }

    public List<Effect> disconnected(HostId host, long nowNanos) {
        var effects = new ArrayList<Effect>();
        long now = listening(nowNanos);
        Watch watch = watch(host, now);
        watch.connected = false;
        watch.awaitedUntilNanos =
                Math.max(watch.awaitedUntilNanos, now + config.reconnect().toNanos());
        examine(host, now, effects);
        return effects;
    }

    public List<Effect> beat(HostId host, long nowNanos) {
        Watch watch = watches.get(host);
        if (watch == null) {
            return List.of();
        }
        watch.beatOverdueNanos = listening(nowNanos) + overdueNanos();
        return watch.suspicion.isPresent() ? answered(host, nowNanos) : List.of();
    }

    /** A packet came while it was probed. */
    public List<Effect> answered(HostId host, long nowNanos) {
        var effects = new ArrayList<Effect>();
        long now = listening(nowNanos);
        Watch watch = watch(host, now);
        HostStatus status = status(host);
        boolean asked = watch.suspicion.isPresent();
        watch.beatOverdueNanos = Math.max(watch.beatOverdueNanos, now + overdueNanos());
        reached(host, watch, effects);
        clear(host, watch, effects);
        if (status == HostStatus.UP && asked) {
            complaints(host)
                    .forEach(reporter -> effects.add(conclude(new Verdict.PathProblem(Optional.of(reporter), host))));
            watch.reportsHeldUntilNanos = now + COMMIT_NANOS;
        } else if (status.isOutage() || status == HostStatus.SHUT_DOWN) {
            effects.add(conclude(new Verdict.Alive(host)));
        }
        examine(host, now, effects);
        return effects;
    }

    /** Its system says that nobody listens where the agent was. */
    public List<Effect> portClosed(HostId host) {
        Optional.ofNullable(watches.get(host)).flatMap(watch -> watch.suspicion).ifPresent(it -> it.portClosed = true);
        return List.of();
    }

    /** What was concluded of the host could not be committed. */
    public List<Effect> undecided(HostId host, long nowNanos) {
        var effects = new ArrayList<Effect>();
        long now = listening(nowNanos);
        Watch watch = watches.get(host);
        if (watch != null) {
            watch.suspicion.ifPresent(it -> it.phase = Phase.UNANSWERED);
            due(host, now + RETRY_NANOS);
            if (status(host).isOutage()) {
                doubt(host, watch, now, effects);
            }
        }
        return effects;
    }

    /** Does what is due. */
    public List<Effect> tick(long nowNanos) {
        var effects = new ArrayList<Effect>();
        long late = nowNanos - tickedNanos;
        tickedNanos = nowNanos;
        if (late >= HELD_UP_NANOS) {
            notListenedNanos += late;
            listenUntilNanos = listening(nowNanos) + LISTEN_NANOS;
            effects.add(new Effect.HeldUp(Duration.ofNanos(late)));
        }
        long now = listening(nowNanos);
        if (isolated && now >= isolationDueNanos) {
            isolationDueNanos = now + RETRY_NANOS;
            isIsolated(now, effects);
        }
        while (!dues.isEmpty() && dues.peek().atNanos() <= now) {
            examine(dues.remove().host(), now, effects);
        }
        return effects;
    }

    public Summary summary() {
        int connected = 0;
        int suspected = 0;
        int unreachable = 0;
        int byCollector = 0;
        int paths = 0;
        for (HostId host : members.watched()) {
            Watch watch = watches.get(host);
            connected += watch != null && watch.connected ? 1 : 0;
            suspected += watch != null && watch.suspicion.isPresent() ? 1 : 0;
            unreachable += watch != null && watch.unreachable ? 1 : 0;
            byCollector += members.isWatchedByCollector(host) ? 1 : 0;
            paths += (int) members.silences(host).values().stream()
                    .filter(State.PATH_PROBLEM::equals)
                    .count();
        }
        return new Summary(members.watched().size(), connected, byCollector, suspected, unreachable, paths);
    }

    // ---- what is committed

    private void changed(HostId host, HostStatus was, long now, List<Effect> effects) {
        Optional<Member> member = members.get(host);
        if (member.isEmpty() || member.get().publicKey().isEmpty() || status(host) == HostStatus.RETIRED) {
            Optional.ofNullable(watches.remove(host)).ifPresent(watch -> clear(host, watch, effects));
            return;
        }
        HostStatus status = status(host);
        Watch watch = watch(host, now);
        boolean watched = members.isWatchedByCollector(host);
        if (watched && !watch.watched) {
            watch.beatOverdueNanos = now + FIRST_BEAT_NANOS;
        }
        watch.watched = watched;
        if (status != was) {
            turned(host, watch, status, now, effects);
        }
        examine(host, now, effects);
    }

    private void turned(HostId host, Watch watch, HostStatus status, long now, List<Effect> effects) {
        switch (status) {
            case UP -> clear(host, watch, effects);
            case DOWN -> {
                doubt(host, watch, now, effects);
                members.near(host, NEAR).forEach(other -> suspectNear(other, now, effects));
            }
            case SHUT_DOWN -> {
                clear(host, watch, effects);
                watch.awaitedUntilNanos = now + GOODBYE_NANOS;
            }
            case AGENT_DIED -> doubt(host, watch, now, effects);
            case RETIRED -> {}
        }
    }

    /** It came back while the verdict was on its way. */
    private void doubt(HostId host, Watch watch, long now, List<Effect> effects) {
        if (watch.connected && watch.suspicion.isEmpty()) {
            suspect(host, watch, now, effects);
        }
    }

    private void suspectNear(HostId host, long now, List<Effect> effects) {
        Watch watch = watch(host, now);
        if (watch.suspicion.isEmpty() && (watch.connected || now >= watch.awaitedUntilNanos)) {
            suspect(host, watch, now, effects);
        }
    }

    // ---- one host

    /** Looks at one host now, and notes when to look again. */
    private void examine(HostId host, long now, List<Effect> effects) {
        Watch watch = watches.get(host);
        if (watch == null) {
            return;
        }
        switch (status(host)) {
            case UP -> examineLiving(host, watch, now, effects);
            case SHUT_DOWN -> examineLeft(host, watch, now, effects);
            case DOWN, AGENT_DIED, RETIRED -> {}
        }
    }

    private void examineLiving(HostId host, Watch watch, long now, List<Effect> effects) {
        if (watch.suspicion.isPresent()) {
            pursue(host, watch, watch.suspicion.get(), now, effects);
            return;
        }
        long when = suspectAtNanos(host, watch);
        if (now >= when) {
            suspect(host, watch, now, effects);
        } else {
            due(host, when);
        }
    }

    private long suspectAtNanos(HostId host, Watch watch) {
        if (!watch.connected) {
            return watch.unreachable ? Long.MAX_VALUE : watch.awaitedUntilNanos;
        }
        long overdue = watch.watched ? watch.beatOverdueNanos : Long.MAX_VALUE;
        return complaints(host).isEmpty() ? overdue : Math.min(overdue, watch.reportsHeldUntilNanos);
    }

    /** It said goodbye, and its session goes on. */
    private void examineLeft(HostId host, Watch watch, long now, List<Effect> effects) {
        if (!watch.connected || watch.suspicion.isPresent()) {
            return;
        }
        if (now < watch.awaitedUntilNanos) {
            due(host, watch.awaitedUntilNanos);
            return;
        }
        suspect(host, watch, now, effects);
    }

    private void suspect(HostId host, Watch watch, long now, List<Effect> effects) {
        watch.suspicion = Optional.of(new Suspicion(now));
        effects.add(new Effect.Probe(host, members.get(host).flatMap(Member::seenAt)));
        due(host, now + SHORT_PROBE_NANOS);
        due(host, now + PROBE_NANOS);
    }

    private void clear(HostId host, Watch watch, List<Effect> effects) {
        if (watch.suspicion.isPresent()) {
            watch.suspicion = Optional.empty();
            effects.add(new Effect.StopProbe(host));
        }
    }

    private void reached(HostId host, Watch watch, List<Effect> effects) {
        if (watch.unreachable) {
            watch.unreachable = false;
            effects.add(conclude(new Verdict.Reached(host)));
        }
    }

    /** It was asked and has not answered so far. */
    private void pursue(HostId host, Watch watch, Suspicion suspicion, long now, List<Effect> effects) {
        if (suspicion.phase == Phase.CONCLUDED) {
            return;
        }
        if (now < listenUntilNanos) {
            due(host, listenUntilNanos);
            return;
        }
        Set<HostId> reporters = complaints(host);
        boolean sure = reporters.stream()
                        .filter(reporter -> members.complaints(reporter) == 1)
                        .count()
                >= Members.ENOUGH_NEIGHBOURS;
        if (now < suspicion.sinceNanos + (sure ? SHORT_PROBE_NANOS : PROBE_NANOS)) {
            return;
        }
        suspicion.phase = Phase.UNANSWERED;
        Set<HostId> witnesses = witnesses(host);
        if (!reporters.isEmpty()) {
            end(host, suspicion, reporters, effects);
        } else if (!witnesses.isEmpty()) {
            askWitnesses(host, watch, suspicion, witnesses, now, effects);
        } else if (isIsolated(now, effects)) {
            due(host, now + RETRY_NANOS);
        } else if (watch.suspicion.isPresent()) {
            end(host, suspicion, reporters, effects);
        }
    }

    private static void end(HostId host, Suspicion suspicion, Set<HostId> reporters, List<Effect> effects) {
        suspicion.phase = Phase.CONCLUDED;
        effects.add(conclude(
                suspicion.portClosed ? new Verdict.AgentDied(host, reporters) : new Verdict.Down(host, reporters)));
    }

    private void askWitnesses(
            HostId host, Watch watch, Suspicion suspicion, Set<HostId> witnesses, long now, List<Effect> effects) {
        if (now < suspicion.sinceNanos + REPORTS_DUE_NANOS) {
            due(host, suspicion.sinceNanos + REPORTS_DUE_NANOS);
            return;
        }
        if (!suspicion.calledAgain) {
            suspicion.calledAgain = true;
            witnesses.forEach(witness -> effects.add(new Effect.CallAgain(witness, host)));
        }
        long until = suspicion.sinceNanos + CALLED_AGAIN_NANOS;
        if (now < until) {
            due(host, until);
        } else if (!watch.unreachable) {
            watch.unreachable = true;
            effects.add(conclude(new Verdict.PathProblem(Optional.empty(), host)));
        }
    }

    /** The neighbours that say they do not hear it, where it is not known already that only the way is broken. */
    private Set<HostId> complaints(HostId host) {
        return members.silences(host).entrySet().stream()
                .filter(each -> each.getValue() == State.REPORTED)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The neighbours that live, can hear it and say nothing. */
    private Set<HostId> witnesses(HostId host) {
        return members.neighbours(host).stream()
                .filter(other -> members.silence(other, host).isEmpty())
                .filter(other -> Optional.ofNullable(watches.get(other))
                        .map(Watch::isTrusted)
                        .orElse(false))
                .collect(Collectors.toSet());
    }

    // ---- the collector's own network

    private boolean isIsolated(long now, List<Effect> effects) {
        int hosts = 0;
        int heard = 0;
        for (HostId host : members.watched()) {
            if (!members.get(host).map(Member::isLocal).orElse(false)) {
                hosts++;
                heard += Optional.ofNullable(watches.get(host))
                                .map(Watch::isTrusted)
                                .orElse(false)
                        ? 1
                        : 0;
            }
        }
        boolean few = hosts >= HOSTS_TO_COMPARE && 2 * heard < hosts;
        if (few != isolated) {
            isolated = few;
            effects.add(conclude(few ? new Verdict.Isolated(heard, hosts) : new Verdict.Connected(heard, hosts)));
            if (!few) {
                awaitAll(now, effects);
            }
        }
        return few;
    }

    /** As after a start: those that were cut off need time to come back. */
    private void awaitAll(long now, List<Effect> effects) {
        watches.forEach((host, watch) -> {
            if (!watch.connected && status(host) == HostStatus.UP) {
                clear(host, watch, effects);
                watch.awaitedUntilNanos = now + config.grace().toNanos();
                due(host, watch.awaitedUntilNanos);
            }
        });
    }

    // ---- small things

    private static Effect conclude(Verdict verdict) {
        return new Effect.Conclude(verdict);
    }

    private HostStatus status(HostId host) {
        return members.get(host).map(Member::status).orElse(HostStatus.RETIRED);
    }

    private Watch watch(HostId host, long now) {
        return watches.computeIfAbsent(
                host, none -> new Watch(now + config.reconnect().toNanos()));
    }

    private long overdueNanos() {
        return config.interval().plus(config.dead()).toNanos();
    }

    private void due(HostId host, long atNanos) {
        if (atNanos != Long.MAX_VALUE) {
            dues.add(new Due(atNanos, host));
        }
    }

    private long listening(long nowNanos) {
        return nowNanos - notListenedNanos;
    }
}
