package dev.muster.systemtests;

import static org.awaitility.Awaitility.await;

import dev.muster.systemtests.HostTree.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;

/** A host that changes, its agent, and what the test knows of it. */
final class WatchedHost implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration OFTEN = Duration.ofMillis(40);

    private final String name;
    private final AgentProcess agent;
    private final HostTree tree;
    private final Map<String, Timeline> timelines = new TreeMap<>();
    private final List<OpenMark> openMarks = new ArrayList<>();

    /** By type the file that changed and was perhaps not looked at since: a run may see it without what came before it. */
    private final Map<String, String> unseen = new HashMap<>();

    private boolean isDead;

    /** Which of the tested rules have an open finding as of a time. */
    record OpenMark(Instant at, Set<String> rules) {}

    WatchedHost(String name, Path folder) throws IOException {
        this.name = name;
        agent = new AgentProcess(folder, List.of());
        tree = new HostTree(folder);
        HostTree.TYPES.forEach(type -> timelines.put(type, new Timeline(type, tree.state(type))));
    }

    String name() {
        return name;
    }

    AgentProcess agent() {
        return agent;
    }

    Timeline timeline(String type) {
        return Objects.requireNonNull(timelines.get(type));
    }

    List<OpenMark> openMarks() {
        return List.copyOf(openMarks);
    }

    boolean isDead() {
        return isDead;
    }

    void start(CollectorProcess collector) throws IOException {
        isDead = false;
        String intervals =
                HostTree.TYPES.stream().map(type -> type + "=1").collect(Collectors.joining(",", "--intervals=", ""));
        agent.start(
                collector.address(),
                "--root=" + tree.root(),
                "--host-name=" + name,
                "--max-scripts=1",
                AgentProcess.only(HostTree.TYPES.toArray(String[]::new)),
                intervals);
    }

    void kill() {
        agent.jvm().kill();
        unseen.clear();
        isDead = true;
    }

    /** Makes one change, so that at least one type must say something else than before; returns which do. */
    Set<String> change(Random random) {
        Set<String> changed = Set.of();
        while (changed.isEmpty()) {
            Step step = tree.next(random);
            awaitUnseen(step);
            step.action().run();
            changed = HostTree.TYPES.stream()
                    .filter(type -> timeline(type).add(tree.state(type)))
                    .collect(Collectors.toSet());
            Assertions.assertThat(step.types()).containsAll(changed);
            if (!isDead) {
                changed.forEach(type -> unseen.put(type, step.file()));
            }
        }
        return changed;
    }

    private void awaitUnseen(Step step) {
        Set<String> torn = new HashSet<>(step.types());
        torn.removeIf(type -> unseen.getOrDefault(type, step.file()).equals(step.file()));
        awaitRun(torn);
    }

    /** Until each of the types was looked at by a run that began after now, and what it found is in the spool. */
    void awaitRun(Set<String> types) {
        Instant now = Instant.now();
        for (String type : types) {
            await().atMost(SOON)
                    .pollInterval(OFTEN)
                    .until(() -> agent.lastRunBegan(type)
                            .filter(began -> began.isAfter(now))
                            .isPresent());
            unseen.remove(type);
        }
    }

    void awaitSpooled(Set<String> types) {
        awaitRun(types);
        List<AgentProcess.Commit> commits = agent.commits();
        types.forEach(type -> timeline(type).spooled(commits));
    }

    /** Until the collector says of each of the types what is so; that it did is noted with the time. */
    void awaitApplied(Set<String> types, Api api) {
        for (String type : types) {
            HostTree.State state = timeline(type).last();
            await().atMost(SOON)
                    .pollInterval(OFTEN)
                    .ignoreExceptions()
                    .untilAsserted(() -> Assertions.assertThat(state.isOf(api.get("hosts/" + name + "/facts/" + type)))
                            .as("%s of %s: %s%n%s", type, name, state, agent.log())
                            .isTrue());
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        types.forEach(type -> timeline(type).applied(now));
        if (timelines.values().stream().allMatch(Timeline::isApplied)) {
            Set<String> open = new TreeSet<>();
            timelines.forEach((type, timeline) ->
                    open.addAll(TestedRules.failing(type, timeline.last().json())));
            openMarks.add(new OpenMark(now, open));
        }
    }

    @Override
    public void close() {
        agent.close();
    }
}
