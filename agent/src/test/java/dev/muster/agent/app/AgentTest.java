package dev.muster.agent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.config.AgentConfig;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.FactsStatus;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.InstanceName;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.message.PeerReport.State;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent with real sockets, scripts and files, a small collector, and a neighbour that can crash. */
final class AgentTest {
    private static final Duration INTERVAL = Duration.ofMillis(100);
    /** Far more than a busy machine holds up a heartbeat. */
    private static final Duration DEAD = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    @TempDir
    private Path dir;

    private final StaticKeys agentKeys = StaticKeys.generate(new SecureRandom());
    private final StaticKeys peerKeys = StaticKeys.generate(new SecureRandom());

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(
                dir.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(dir.resolve("state/agent.key"), agentKeys.secretText());
        Path type = Files.createDirectories(dir.resolve("own/greet"));
        Files.writeString(type.resolve("discovery.json"), """
                {"version": 1, "lib": [], "types": {
                  "greet": {"description": "A test", "schema": 1, "platforms": ["linux"], "runs": "script",
                    "interval_seconds": 60, "timeout_seconds": 30, "needs": ["CAP_SYS_PTRACE"],
                    "parameters": {"word": {"type": "enum", "values": ["hello", "goodbye"], "default": "hello"}},
                    "watch": [], "after": [], "files": [], "script": "greet/discover"},
                  "elsewhere": {"description": "For another system", "schema": 1, "platforms": ["plan9"],
                    "runs": "script", "interval_seconds": 60, "timeout_seconds": 30, "needs": [], "parameters": {},
                    "watch": [], "after": [], "files": [], "script": "greet/discover"}}}
                """);
        Path script = type.resolve("discover");
        Files.writeString(script, "#!/bin/sh\nprintf '{\"word\":\"%s\"}' \"$MUSTER_WORD\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void reportsANeighbourThatCrashesAndReturnsAndIsNotReportedItselfWhenItStops() throws Exception {
        var peer = new LivePeer(peerKeys, 0);
        var fresh = new AtomicReference<>(peer);
        try (var collector = new SmallCollector()) {
            collector.wants(Desired.NOTHING, neighbour(peer.address()));
            try (Agent _ = start(collector)) {
                knowsTheAgent(peer);
                await().atMost(PATIENCE).until(() -> collector.hellos.size() == 1 && peer.hears(agentKeys.publicKey()));
                peer.crash();
                await().atMost(PATIENCE).until(() -> states(collector).equals(List.of(State.SILENT)));
                fresh.set(new LivePeer(peerKeys, peer.address().getPort()));
                knowsTheAgent(fresh.get());
                await().atMost(PATIENCE).until(() -> states(collector).equals(List.of(State.SILENT, State.BACK)));
                assertThat(collector.reports)
                        .extracting(PeerReport::peer)
                        .containsOnly(peerKeys.publicKey().id());
            }
            await().atMost(PATIENCE).until(() -> fresh.get().hasLeft(agentKeys.publicKey()));
            assertThat(fresh.get().reports).isEmpty();
        } finally {
            fresh.get().crash();
        }
    }

    @Test
    void knowsItsNeighboursAfterARestartWithoutTheCollectorAndDeliversTheReportWhenThatIsBack() throws Exception {
        var peer = new LivePeer(peerKeys, 0);
        var first = new SmallCollector();
        first.wants(Desired.NOTHING, neighbour(peer.address()));
        try (Agent _ = start(first)) {
            await().atMost(PATIENCE)
                    .until(() -> first.sent.size() == 2 && Files.exists(dir.resolve("state/peers.json")));
        }
        first.close();
        knowsTheAgent(peer);
        try (Agent _ = start(first)) {
            await().atMost(PATIENCE).until(() -> peer.hears(agentKeys.publicKey()));
            peer.crash();
            try (var second = first.again()) {
                second.wants(Desired.NOTHING, neighbour(peer.address()));
                await().atMost(PATIENCE).until(() -> states(second).equals(List.of(State.SILENT)));
                assertThat(second.sent).as("the agent says what it holds").isEmpty();
            }
        }
    }

    @Test
    void runsWhatTheCollectorWantsAndGoesOnAfterARestart() throws Exception {
        Desired desired = new Desired(List.of(
                instance("os", "", Desired.Run.OFF, Map.of()),
                instance("greet", "", Desired.Run.ON, Map.of("word", "goodbye")),
                instance("greet", "two", Desired.Run.ON, Map.of("word", "curse")),
                instance("elsewhere", "", Desired.Run.ON, Map.of())));
        try (var collector = new SmallCollector()) {
            collector.wants(desired, Peers.NONE);
            try (Agent _ = start(collector)) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(latest(collector, "greet", "").map(AgentTest::data))
                            .hasValue("{\"word\":\"goodbye\"}");
                    assertThat(latest(collector, "greet", "two").map(FactsReport::status))
                            .hasValue(FactsStatus.ERROR);
                });
                assertThat(latest(collector, "greet", "two")
                                .orElseThrow()
                                .errors()
                                .getFirst())
                        .contains("word must be one of hello, goodbye");
                assertThat(latest(collector, "elsewhere", "")).isEmpty();
                assertThat(collector.hellos.getFirst().generation()).isEmpty();
            }
            collector.facts.clear();
            collector.sent.clear();
            try (Agent _ = start(collector)) {
                await().atMost(PATIENCE).until(() -> collector.hellos.size() == 2);
                assertThat(collector.hellos.getLast().generation()).isEqualTo(Generation.of(desired.encode()));
                assertThat(collector.sent).isEmpty();
            }
            assertThat(collector.facts).extracting(FactsReport::type).doesNotContain("os");
        }
    }

    @Test
    void sumsUpAndSendsAgainWhatIsWantedOnce() throws Exception {
        try (var collector = new SmallCollector()) {
            var greet = new Want.Instances(List.of(new InstanceName("greet", "")));
            collector.wantsAgain(greet, greet);
            try (Agent _ = start(collector, "--digest-seconds=2")) {
                await().atMost(PATIENCE).until(() -> collector.digests.size() >= 4 && collector.lists.size() >= 3);
            }
            Digest last = collector.digests.getLast();
            assertThat(last.spool()).isEqualTo(Digest.Spool.KEPT);
            assertThat(last.runs()).anySatisfy(run -> assertThat(run.name()).isEqualTo(new InstanceName("greet", "")));
            assertThat(collector.lists.getFirst().instances().keySet()).contains(new InstanceName("greet", ""));
            long greets = collector.facts.stream()
                    .filter(each -> each.type().equals("greet"))
                    .count();
            assertThat(greets).as("the first, and one for each list").isBetween(2L, 1L + collector.lists.size());
        }
    }

    @Test
    void changesItsKeyWithoutLosingItsPlace() throws Exception {
        try (var collector = new SmallCollector()) {
            try (Agent _ = start(collector)) {
                await().atMost(PATIENCE).until(() -> collector.facts.size() >= 2);
                String answer = AgentQuestion.ask(dir.resolve("run"), ControlSocket.ROTATE_KEY)
                        .text();
                assertThat(answer).startsWith("next key     ");
                await().atMost(PATIENCE)
                        .until(() -> !collector.established.getLast().agent().equals(agentKeys.publicKey()));
                String now = collector.established.getLast().agent().fingerprint();
                assertThat(answer).contains(now);
                await().atMost(PATIENCE)
                        .until(() -> AgentQuestion.ask(dir.resolve("run"), ControlSocket.KEYS)
                                .text()
                                .startsWith("this agent   " + now));
                await().atMost(PATIENCE).until(() -> collector.hellos.size() == 2);
                long facts = collector.facts.stream().map(FactsReport::type).count();
                assertThat(collector.facts.stream().map(FactsReport::type).distinct())
                        .as("nothing is sent again")
                        .hasSize((int) facts);
            }
        }
    }

    private Agent start(SmallCollector collector, String... more) throws IOException {
        Path keys = Files.createDirectories(dir.resolve("keys"));
        Files.writeString(
                keys.resolve("collector.pub"), collector.keys.publicKey().toBase64());
        var options = new ArrayList<>(List.of(
                "--port=0",
                "--collectors=127.0.0.1:" + collector.address().getPort(),
                "--collector-keys=" + keys,
                "--state=" + dir.resolve("state"),
                "--run=" + dir.resolve("run"),
                "--own-types=" + dir.resolve("own"),
                "--types-off=proc_sys"));
        options.addAll(List.of(more));
        return Agent.start(AgentConfig.load(List.of(), options), new Agent.Start("", Optional.of("test")));
    }

    /** The agent calls, so that the neighbour need not know where it is. */
    private void knowsTheAgent(LivePeer peer) {
        peer.knows(agentKeys.publicKey(), NOWHERE, INTERVAL, DEAD);
    }

    private Peers neighbour(InetSocketAddress address) {
        return new Peers(
                List.of(new Peers.Peer(Peers.Kind.AGENT, peerKeys.publicKey(), List.of(address), INTERVAL, DEAD)));
    }

    private static List<State> states(SmallCollector collector) {
        return collector.reports.stream().map(PeerReport::state).toList();
    }

    private static Desired.Instance instance(
            String type, String name, Desired.Run run, Map<String, String> parameters) {
        return new Desired.Instance(type, name, run, Optional.empty(), new TreeMap<>(parameters));
    }

    private static Optional<FactsReport> latest(SmallCollector collector, String type, String instance) {
        return collector.facts.stream()
                .filter(each -> each.type().equals(type) && each.instance().equals(instance))
                .reduce((_, last) -> last);
    }

    private static String data(FactsReport report) {
        return new String(report.data().toByteArray(), UTF_8);
    }
}
