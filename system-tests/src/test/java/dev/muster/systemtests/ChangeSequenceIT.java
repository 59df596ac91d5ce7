package dev.muster.systemtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five hosts change while their agents and the collector are killed, all as a seed says; in the end the collector knows of every moment
 * what a naive model knows of it.
 */
@Order(2)
final class ChangeSequenceIT {
    private static final int CHANGES = Integer.getInteger("muster.changes", 200);
    private static final int HOSTS = 5;
    private static final int AGENT_KILLS = 8;

    /** Each costs up to ten seconds; another number with -Dmuster.kills=N. */
    private static final int COLLECTOR_KILLS = Integer.getInteger("muster.kills", System.getenv("CI") == null ? 6 : 8);

    /** How many changes go by at most before who was killed is there again. */
    private static final int MAX_MISSED = 6;

    private static final int MAX_PAUSE_MILLIS = 600;
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final List<WatchedHost> hosts = new ArrayList<>();
    /** Who was killed, and the change before which he is started again. */
    private final Map<WatchedHost, Integer> starts = new HashMap<>();

    private CollectorProcess collector;

    /** How long a change is waited for. */
    private enum Pace {
        APPLIED,
        SPOOLED,
        AT_ONCE;

        /** Half of them are waited for to the end. */
        private static final List<Pace> DEALT = List.of(APPLIED, APPLIED, APPLIED, SPOOLED, AT_ONCE, AT_ONCE);

        static Pace any(Random random) {
            return DEALT.get(random.nextInt(DEALT.size()));
        }
    }

    @BeforeEach
    void startAll() throws IOException {
        collector = new CollectorProcess(folder.resolve("collector"), "settle: 2s\n").start();
        String token = collector.api().token(HOSTS);
        for (int i = 0; i < HOSTS; i++) {
            var host = new WatchedHost("web-" + i, folder.resolve("agent-" + i));
            hosts.add(host);
            host.agent().enrol(collector.publicKey(), token);
            host.start(collector);
        }
        Api api = collector.api();
        for (WatchedHost host : hosts) {
            await().atMost(SOON).until(() -> host.agent().log().contains("event=desired"));
            awaitAllApplied(host, api);
        }
    }

    @AfterEach
    void stop() {
        hosts.forEach(WatchedHost::close);
        collector.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 20_261_122)
    void everyMomentIsKeptAsItWas(long seed) throws IOException {
        var random = new Random(seed);
        Set<Integer> collectorKills = some(COLLECTOR_KILLS, random);
        Set<Integer> agentKills = some(AGENT_KILLS, random);
        int collectorAwayUntil = 0;
        for (int i = 0; i < CHANGES; i++) {
            startWhoIsDue(i);
            if (agentKills.contains(i)) {
                killAnAgent(i, random);
            }
            if (collectorKills.contains(i)) {
                pause(random);
                collector.jvm().kill();
                collector.launch();
                collectorAwayUntil = i + random.nextInt(MAX_MISSED);
            }
            WatchedHost host = hosts.get(random.nextInt(HOSTS));
            Pace pace = Pace.any(random);
            Set<String> changed = host.change(random);
            if (pace == Pace.AT_ONCE || host.isDead()) {
                continue;
            }
            host.awaitSpooled(changed);
            if (pace == Pace.APPLIED && i >= collectorAwayUntil) {
                collector.awaitReady();
                host.awaitApplied(changed, collector.api());
            }
        }
        awaitEnd();
        var comparison = new HistoryComparison(collector);
        hosts.forEach(comparison::compare);
        System.out.printf(
                "%d changes, %d collector and %d agent kills: %s%n",
                CHANGES, COLLECTOR_KILLS, AGENT_KILLS, comparison.counts());
    }

    /** So many different moments; not the first and last ones, so that something goes before and after. */
    private static Set<Integer> some(int count, Random random) {
        Set<Integer> some = new TreeSet<>();
        while (some.size() < count) {
            some.add(CHANGES / 20 + random.nextInt(CHANGES * 9 / 10));
        }
        return some;
    }

    private void killAnAgent(int now, Random random) {
        List<WatchedHost> alive = hosts.stream().filter(host -> !host.isDead()).toList();
        WatchedHost host = alive.get(random.nextInt(alive.size()));
        pause(random);
        host.kill();
        starts.put(host, now + random.nextInt(MAX_MISSED));
    }

    private void startWhoIsDue(int now) throws IOException {
        for (WatchedHost host : hosts) {
            if (host.isDead() && starts.getOrDefault(host, 0) <= now) {
                host.start(collector);
            }
        }
    }

    private static void pause(Random random) {
        LockSupport.parkNanos(
                Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)).toNanos());
    }

    private void awaitEnd() throws IOException {
        startWhoIsDue(CHANGES + MAX_MISSED);
        collector.awaitReady();
        for (WatchedHost host : hosts) {
            awaitAllApplied(host, collector.api());
        }
    }

    private static void awaitAllApplied(WatchedHost host, Api api) {
        Set<String> all = Set.copyOf(HostTree.TYPES);
        host.awaitRun(all);
        host.awaitApplied(all, api);
    }
}
