package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.collector.apply.Input.HelloSeen.LastRun;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.membership.LivenessConfig;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Probes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** From the sign to the graph and back, with a real graph, a network that says nothing by itself, and time that a test moves. */
@ResourceLock(TestGraph.LOCK)
final class LookoutTest implements Probes {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicLong nanos = new AtomicLong(7);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Lookout lookout = new Lookout(
            LivenessConfig.withKeepalive(Duration.ofSeconds(25), Duration.ofSeconds(24)), thread, nanos::get);
    private final List<String> probes = new CopyOnWriteArrayList<>();
    private final Rig rig = new Rig();
    private HostId a;
    private HostId b;

    @BeforeEach
    void threeHostsAreUp() {
        rig.lookout = lookout;
        lookout.start(rig.apply, this);
        a = up("a", 1);
        b = up("b", 2);
        up("c", 3);
    }

    @AfterEach
    void stop() {
        rig.close();
        thread.shutdownNow();
    }

    @Test
    void aHostThatIsReportedAndDoesNotAnswerIsDownAndComesBack() {
        pass(Duration.ofSeconds(15));
        report(1);
        assertThat(probes).containsExactly("begin 10.0.0.2");
        pass(Duration.ofSeconds(2));
        await().atMost(SOON).until(() -> status() == HostStatus.DOWN);
        assertThat(rig.events(EventType.HOST_DOWN)).hasSize(1);

        lookout.connected(b);
        hello(b, "b", 2);
        assertThat(status()).isEqualTo(HostStatus.UP);
        pass(Duration.ofSeconds(5));
        assertThat(status()).isEqualTo(HostStatus.UP);
        assertThat(rig.events(EventType.HOST_UP)).hasSize(1);
    }

    @Test
    void aHostThatIsReportedAndAnswersHasABrokenWay() {
        pass(Duration.ofSeconds(15));
        report(1);
        lookout.answered(b);
        await().atMost(SOON).until(() -> rig.events(EventType.PATH_PROBLEM).size() == 1);
        assertThat(status()).isEqualTo(HostStatus.UP);
        assertThat(probes).containsExactly("begin 10.0.0.2", "stop");
    }

    @Test
    void anAnswerThatCrossesTheVerdictBringsTheHostBack() {
        pass(Duration.ofSeconds(15));
        report(1);
        pass(Duration.ofSeconds(2));
        await().atMost(SOON).until(() -> status() == HostStatus.DOWN);
        settle();
        lookout.answered(b);
        await().atMost(SOON).until(() -> status() == HostStatus.UP);
        assertThat(rig.events(EventType.HOST_UP).getFirst().summary()).contains("without a reboot");
    }

    @Test
    void afterARestartNobodyIsDownBeforeItsTimeOfGrace() {
        var config = LivenessConfig.withKeepalive(Duration.ofSeconds(25), Duration.ofSeconds(24));
        var second = new Lookout(config, thread, nanos::get);
        rig.lookout = second;
        rig.restart(new TestJudge("rules-1", 4));
        second.start(rig.apply, this);
        pass(second, config.grace().minusSeconds(1));
        assertThat(probes).isEmpty();
        second.connected(a);
        pass(second, Duration.ofSeconds(2));
        assertThat(probes).containsExactlyInAnyOrder("begin 10.0.0.2", "begin 10.0.0.3");
    }

    @Test
    void theStatusCountsWhoIsWatchedHow() {
        pass(Duration.ofSeconds(15));
        assertThat(lookout.summary().ring()).isEqualTo(3);
        assertThat(lookout.summary().connected()).isEqualTo(3);
        assertThat(lookout.summary().watchedByCollector()).isZero();
    }

    private HostId up(String name, int number) {
        HostId host = rig.enrolled(name);
        lookout.connected(host);
        hello(host, name, number);
        return host;
    }

    private void hello(HostId host, String name, int number) {
        var at = new InetSocketAddress("10.0.0." + number, 1984);
        rig.await(new Input.HelloSeen(host, Rig.attributes(name), at, 1, LastRun.UNKNOWN, ""));
        settle();
    }

    private void report(long seq) {
        rig.await(new Input.PeerReported(
                a, Rig.SPOOL, 0, seq, "key-b", Input.PeerReported.What.SILENT, Duration.ofSeconds(6)));
        settle();
    }

    private HostStatus status() {
        return rig.reads().host("b").orElseThrow().status();
    }

    private void pass(Duration time) {
        pass(lookout, time);
    }

    private void pass(Lookout on, Duration time) {
        for (long i = 0; i < time.toMillis() / 100; i++) {
            nanos.addAndGet(100_000_000);
            on.tick();
            settle();
        }
    }

    /** Everything handed over so far is done. */
    private void settle() {
        Rig.join(CompletableFuture.runAsync(() -> {}, thread));
    }

    @Override
    public void begin(HostId host, Optional<InetSocketAddress> at) {
        probes.add("begin " + at.orElseThrow().getHostString());
    }

    @Override
    public void stop(HostId host) {
        probes.add("stop");
    }

    @Override
    public void callAgain(HostId neighbour, HostId host) {
        probes.add("again");
    }
}
