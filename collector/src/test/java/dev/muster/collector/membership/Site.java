package dev.muster.collector.membership;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Silence;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Hosts, their agents and a collector in steps of 100 ms: agents beat and report as liveness wants it, conclusions are committed at
 * once, and the network does what a test says.
 */
final class Site {
    static final Duration STEP = Duration.ofMillis(100);
    private static final long STEP_NANOS = STEP.toNanos();
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SESSION_LOST_NANOS = 85 * SECOND_NANOS;

    final Map<Verdict, Long> verdicts = new LinkedHashMap<>();
    final List<String> history = new ArrayList<>();
    /** Whether a packet from one host reaches another; empty is the collector. */
    BiPredicate<Optional<HostId>, Optional<HostId>> network = (from, to) -> true;

    double loss;
    long nowNanos = 5 * SECOND_NANOS;
    int probes;
    int calledAgain;
    Members members;
    private final Random random;
    private final LivenessConfig config = LivenessConfig.withKeepalive(Duration.ofSeconds(25), Duration.ofSeconds(24));
    private final Map<HostId, Agent> agents = new LinkedHashMap<>();
    private final TreeMap<Long, List<Runnable>> later = new TreeMap<>();
    private final Set<HostId> probed = new HashSet<>();
    private Liveness liveness;
    private boolean collectorRuns = true;

    static final class Agent {
        final HostId id;
        boolean hostLives = true;
        boolean agentLives = true;
        boolean session;
        long heardByCollector;
        final Map<HostId, Heard> heard = new HashMap<>();
        boolean beatsForCollector;

        Agent(HostId id) {
            this.id = id;
        }

        boolean runs() {
            return hostLives && agentLives;
        }
    }

    static final class Heard {
        long dueNanos;
        boolean reported;
    }

    Site(int hosts, long seed) {
        random = new Random(seed);
        Members first = Members.none();
        for (int i = 0; i < hosts; i++) {
            Member member = member(i, HostStatus.UP);
            first.put(member);
            agents.put(member.id(), new Agent(member.id()));
        }
        members = first;
        liveness = new Liveness(config, members, nowNanos);
        agents.values().forEach(this::connect);
        members.all().forEach(member -> deliver(member.id()));
    }

    static Member member(int number, HostStatus status) {
        return new Member(
                id(number),
                "host-" + number,
                status,
                Optional.of("key-" + number),
                Optional.of(new InetSocketAddress("10.0." + number / 250 + "." + (number % 250 + 1), 1984)),
                List.of(),
                OptionalLong.of(1));
    }

    static HostId id(int number) {
        return new HostId(new UUID(0x0199_0000_0000_7000L, number));
    }

    Agent agent(int number) {
        return agent(id(number));
    }

    private Agent agent(HostId id) {
        return Optional.ofNullable(agents.get(id)).orElseThrow();
    }

    HostStatus status(int number) {
        return members.get(id(number)).orElseThrow().status();
    }

    long downs() {
        return verdicts.keySet().stream()
                .filter(each -> each instanceof Verdict.Down || each instanceof Verdict.AgentDied)
                .count();
    }

    void kill(int number) {
        agent(number).hostLives = false;
    }

    /** Comes back with empty memory, and shakes hands. */
    void revive(int number) {
        Agent agent = agent(number);
        agent.hostLives = true;
        agent.agentLives = true;
        agent.heard.values().forEach(heard -> {
            heard.dueNanos = nowNanos + 10 * SECOND_NANOS;
            heard.reported = false;
        });
        hello(agent);
    }

    /** Everything in its memory is gone; what is committed is not. */
    void restartCollector(Duration away) {
        collectorRuns = false;
        probed.clear();
        agents.values().forEach(agent -> agent.session = false);
        run(away);
        collectorRuns = true;
        liveness = new Liveness(config, members, nowNanos);
        for (Agent agent : agents.values()) {
            after(Duration.ofMillis(random.nextInt(25_000)), () -> hello(agent));
        }
    }

    /** The collector does nothing for a while; then everything at once. */
    void pauseCollector(Duration by) {
        collectorRuns = false;
        run(by);
        collectorRuns = true;
    }

    void run(Duration time) {
        long until = nowNanos + time.toNanos();
        while (nowNanos < until) {
            step();
        }
    }

    private void step() {
        nowNanos += STEP_NANOS;
        while (!later.isEmpty() && later.firstKey() <= nowNanos) {
            later.pollFirstEntry().getValue().forEach(Runnable::run);
        }
        agents.values().forEach(this::beat);
        agents.values().forEach(this::judge);
        if (!collectorRuns) {
            return;
        }
        Set.copyOf(probed).forEach(this::ask);
        for (Agent agent : agents.values()) {
            if (agent.session && nowNanos - agent.heardByCollector > SESSION_LOST_NANOS) {
                agent.session = false;
                perform(liveness.disconnected(agent.id, nowNanos));
            }
        }
        perform(liveness.tick(nowNanos));
    }

    // ---- agents

    private void beat(Agent from) {
        long phase = from.id.value().getLeastSignificantBits() % 10;
        if (!from.runs() || nowNanos / STEP_NANOS % 10 != phase) {
            return;
        }
        from.heard.keySet().forEach(to -> {
            Agent other = agents.get(to);
            if (other != null && other.runs() && reaches(Optional.of(from.id), Optional.of(to))) {
                hear(other, from.id);
            }
        });
        boolean keepAlive = from.beatsForCollector || nowNanos / SECOND_NANOS % 25 == phase;
        if (from.session && keepAlive && collectorRuns && reaches(Optional.of(from.id), Optional.empty())) {
            from.heardByCollector = nowNanos;
            if (from.beatsForCollector) {
                perform(liveness.beat(from.id, nowNanos));
            }
        }
        if (!from.session && collectorRuns && nowNanos / SECOND_NANOS % 15 == phase) {
            hello(from);
        }
    }

    private void hear(Agent by, HostId whom) {
        Heard heard = by.heard.get(whom);
        if (heard == null) {
            return;
        }
        heard.dueNanos = nowNanos + SECOND_NANOS;
        if (heard.reported) {
            heard.reported = false;
            report(
                    by,
                    () -> commit(copy -> {
                        copy.heard(by.id, whom);
                    }));
        }
    }

    private void judge(Agent agent) {
        if (!agent.runs()) {
            return;
        }
        agent.heard.forEach((whom, heard) -> {
            if (!heard.reported && nowNanos > heard.dueNanos + 5 * SECOND_NANOS) {
                heard.reported = true;
                report(
                        agent,
                        () -> commit(copy -> {
                            if (copy.silence(agent.id, whom).isEmpty()) {
                                copy.silence(agent.id, whom, Silence.State.REPORTED);
                            }
                        }));
            }
        });
    }

    /** Spooled: it is tried until it is there. */
    private void report(Agent from, Runnable commit) {
        after(Duration.ofMillis(50), () -> {
            if (from.session && collectorRuns && reaches(Optional.of(from.id), Optional.empty())) {
                commit.run();
            } else if (from.runs()) {
                report(from, commit);
            }
        });
    }

    private void hello(Agent agent) {
        if (!collectorRuns
                || !agent.runs()
                || !reaches(Optional.of(agent.id), Optional.empty())
                || !reaches(Optional.empty(), Optional.of(agent.id))) {
            return;
        }
        connect(agent);
        commit(copy -> {
            copy.put(copy.get(agent.id).orElseThrow().with(HostStatus.UP));
        });
        deliver(agent.id);
    }

    private void connect(Agent agent) {
        agent.session = true;
        agent.heardByCollector = nowNanos;
        perform(liveness.connected(agent.id, nowNanos));
    }

    // ---- collector

    private void commit(Consumer<Members> change) {
        Members copy = members.copy();
        change.accept(copy);
        members = copy;
        copy.concerned().forEach(this::deliver);
        perform(liveness.members(copy, copy.concerned(), nowNanos));
    }

    private void deliver(HostId host) {
        List<Neighbour> told = members.told(host);
        if (members.isMember(host)) {
            after(Duration.ofMillis(100), () -> take(agent(host), told));
        }
    }

    private void take(Agent agent, List<Neighbour> told) {
        if (!agent.session || !agent.runs() || !reaches(Optional.empty(), Optional.of(agent.id))) {
            return;
        }
        agent.beatsForCollector = told.contains(new Neighbour.Collector());
        var wanted = new HashMap<HostId, Heard>();
        for (Neighbour each : told) {
            if (each instanceof Neighbour.Agent other) {
                HostId id = id(Integer.parseInt(other.publicKey().substring(4)));
                wanted.put(id, agent.heard.getOrDefault(id, fresh()));
            }
        }
        agent.heard.clear();
        agent.heard.putAll(wanted);
    }

    private Heard fresh() {
        var heard = new Heard();
        heard.dueNanos = nowNanos + 10 * SECOND_NANOS;
        return heard;
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Probe probe -> {
                    probes++;
                    probed.add(probe.host());
                }
                case Effect.StopProbe stop -> probed.remove(stop.host());
                case Effect.CallAgain again -> {
                    calledAgain++;
                    Agent witness = agent(again.neighbour());
                    witness.heard.computeIfPresent(again.host(), (host, heard) -> fresh());
                }
                case Effect.Conclude conclude -> conclude(conclude.verdict());
                case Effect.HeldUp held -> history.add("held up " + held.by());
            }
        }
    }

    private void ask(HostId host) {
        Agent agent = agent(host);
        boolean there = reaches(Optional.empty(), Optional.of(host));
        boolean back = reaches(Optional.of(host), Optional.empty());
        if (agent.session && agent.runs() && there && back) {
            agent.heardByCollector = nowNanos;
            probed.remove(host);
            after(Duration.ofMillis(20), () -> perform(liveness.answered(host, nowNanos)));
        } else if (agent.hostLives && !agent.agentLives && there && back) {
            perform(liveness.portClosed(host));
        }
    }

    private void conclude(Verdict verdict) {
        verdicts.put(verdict, nowNanos);
        history.add("%.1f s %s".formatted(nowNanos / 1e9, verdict));
        after(
                Duration.ofMillis(10),
                () -> commit(copy -> {
                    switch (verdict) {
                        case Verdict.Down down -> turn(copy, down.host(), HostStatus.DOWN);
                        case Verdict.AgentDied died -> turn(copy, died.host(), HostStatus.AGENT_DIED);
                        case Verdict.Alive alive -> turn(copy, alive.host(), HostStatus.UP);
                        case Verdict.PathProblem problem ->
                            problem.reporter()
                                    .ifPresent(by -> copy.silence(by, problem.host(), Silence.State.PATH_PROBLEM));
                        case Verdict.Reached _, Verdict.Isolated _, Verdict.Connected _ -> {}
                    }
                }));
    }

    private static void turn(Members copy, HostId host, HostStatus status) {
        copy.put(copy.get(host).orElseThrow().with(status));
    }

    private boolean reaches(Optional<HostId> from, Optional<HostId> to) {
        return network.test(from, to) && random.nextDouble() >= loss;
    }

    private void after(Duration delay, Runnable task) {
        later.computeIfAbsent(nowNanos + delay.toNanos(), none -> new ArrayList<>())
                .add(task);
    }

    /** Seconds between now and when this was concluded. */
    double secondsFrom(long fromNanos, Class<? extends Verdict> kind) {
        return verdicts.entrySet().stream()
                                .filter(each -> kind.isInstance(each.getKey()))
                                .mapToLong(Map.Entry::getValue)
                                .max()
                                .orElseThrow()
                        / 1e9
                - fromNanos / 1e9;
    }
}
