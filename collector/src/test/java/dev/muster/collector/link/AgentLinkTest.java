package dev.muster.collector.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Wish;
import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsList;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.InstanceName;
import dev.muster.protocol.message.KeyNext;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.wire.Frame;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AgentLinkTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final InetSocketAddress THERE = new InetSocketAddress("192.0.2.2", 1984);

    private LinkRig rig;

    @BeforeEach
    void start() throws UdpException {
        rig = new LinkRig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void anAgentIsToldWhatItDoesNotHold() throws UdpException {
        order(1, 2);
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.PEERS).size() == 1);
            Peers peers = Peers.decode(agent.bodies(RecordType.PEERS).getFirst());
            assertThat(peers.peers())
                    .containsExactly(
                            new Peers.Peer(
                                    Peers.Kind.AGENT,
                                    LinkRig.keys(2).publicKey(),
                                    List.of(THERE),
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(5)),
                            new Peers.Peer(
                                    Peers.Kind.COLLECTOR,
                                    LinkRig.KEYS.publicKey(),
                                    List.of(),
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(5)));
            Desired desired = Desired.decode(agent.bodies(RecordType.DESIRED).getFirst());
            assertThat(desired.instances().getFirst().parameters()).containsEntry("paths", "/a\n/b");
        }
    }

    @Test
    void anAgentIsNotToldWhatItHolds() throws UdpException {
        order(1, 2);
        String desired = rig.orders.desired(LinkRig.id(1)).orElseThrow().generation();
        String peers = rig.orders.peers(LinkRig.id(1)).orElseThrow().generation();
        try (var agent = rig.agent(1, desired, peers)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            order(1, 2);
            order(1, 3);
            await().atMost(SOON).until(() -> agent.bodies(RecordType.PEERS).size() == 1);
            assertThat(peersOf(agent, 0)).contains(LinkRig.keys(3).publicKey().id());
            assertThat(agent.bodies(RecordType.DESIRED)).isEmpty();
        }
    }

    @Test
    void aConnectedAgentLearnsOfNewOrdersAtOnce() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> rig.signs.contains("connected 1"));
            order(1, 2);
            order(1, 3);
            await().atMost(SOON)
                    .until(() -> !agent.bodies(RecordType.PEERS).isEmpty()
                            && peersOf(agent, agent.bodies(RecordType.PEERS).size() - 1)
                                    .contains(LinkRig.keys(3).publicKey().id()));
        }
    }

    @Test
    void aWitnessIsMadeToLookAnewByTakingTheNeighbourAwayAndBack() throws UdpException {
        order(1, 2);
        rig.trusted.trusted(new KnownAgent(
                LinkRig.keys(2).publicKey().id(), LinkRig.keys(2).publicKey().toBase64(), LinkRig.id(2), "host-2"));
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.PEERS).size() == 1);
            rig.link.probes().callAgain(LinkRig.id(1), LinkRig.id(2));
            await().atMost(SOON).until(() -> agent.bodies(RecordType.PEERS).size() == 3);
            assertThat(peersOf(agent, 1))
                    .containsExactly(LinkRig.KEYS.publicKey().id());
            assertThat(agent.bodies(RecordType.PEERS).get(2))
                    .isEqualTo(agent.bodies(RecordType.PEERS).getFirst());
        }
    }

    @Test
    void aReportOfANeighbourIsHandedIn() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            String peer = LinkRig.keys(2).publicKey().id();
            byte[] body = new PeerReport(peer, PeerReport.State.SILENT, Duration.ofSeconds(6), Instant.EPOCH).encode();
            agent.send(Frame.CONTROL_CHANNEL, new StreamRecord(1, RecordType.PEER_REPORT, body));
            agent.send(Frame.CONTROL_CHANNEL, new StreamRecord(2, RecordType.PEER_REPORT, new byte[] {'{'}));
            await().atMost(SOON).until(() -> rig.inputs.stream().anyMatch(Input.Undecodable.class::isInstance));
            assertThat(rig.inputs)
                    .filteredOn(Input.PeerReported.class::isInstance)
                    .singleElement()
                    .isEqualTo(new Input.PeerReported(
                            LinkRig.id(1),
                            "00000000000000010000000000000001",
                            0,
                            1,
                            peer,
                            Input.PeerReported.What.SILENT,
                            Duration.ofSeconds(6)));
        }
    }

    @Test
    void aDigestThatDiffersIsAnsweredByWantAndSoIsTheList() throws UdpException {
        rig.compared = Outcome.Compared.DIFFERENT;
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            var os = new InstanceName("os", "");
            FactsHash hash = FactsHash.ofHex("ab".repeat(32));
            String digest = Digest.of(new TreeMap<>(Map.of(os, hash)));
            var run = new Digest.Run(os, Duration.ofSeconds(3), Duration.ofMinutes(1));
            agent.say(RecordType.DIGEST, new Digest(digest, 7, Digest.Spool.AGENT_WENT_BACK, List.of(run)).encode());
            await().atMost(SOON).until(() -> agent.bodies(RecordType.WANT).size() == 1);
            assertThat(Want.decode(agent.bodies(RecordType.WANT).getFirst())).isEqualTo(new Want.Everything());
            Input.SummedUp said = (Input.SummedUp) rig.inputs.getLast();
            assertThat(said.seq()).isEqualTo(7);
            assertThat(said.wentBack()).isEqualTo(Input.SummedUp.WentBack.AGENT);
            assertThat(said.digest().covers(Map.of(InstanceKey.unnamed("os"), hash.hex())))
                    .isTrue();
            assertThat(said.digest().covers(Map.of())).isFalse();
            assertThat(said.runs())
                    .containsExactly(new Input.SummedUp.Run(
                            InstanceKey.unnamed("os"), Duration.ofSeconds(3), Duration.ofMinutes(1)));

            agent.say(RecordType.LIST, new FactsList(7, new TreeMap<>(Map.of(os, Optional.of(hash)))).encode());
            await().atMost(SOON).until(() -> agent.bodies(RecordType.WANT).size() == 2);
            assertThat(Want.decode(agent.bodies(RecordType.WANT).getLast())).isEqualTo(new Want.Instances(List.of(os)));
        }
    }

    @Test
    void anEqualDigestIsNotAnsweredAndAMalformedOneDoesNoHarm() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            agent.say(RecordType.LIST, new byte[] {'{'});
            agent.say(RecordType.DIGEST, new byte[] {'{'});
            String digest = Digest.of(new TreeMap<>());
            agent.say(RecordType.DIGEST, new Digest(digest, 0, Digest.Spool.KEPT, List.of()).encode());
            await().atMost(SOON).until(() -> rig.inputs.getLast() instanceof Input.SummedUp);
            assertThat(agent.bodies(RecordType.WANT)).isEmpty();
        }
    }

    @Test
    void anAgentIsToldByWhichKeysTheCollectorMayBeKnown() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON)
                    .until(() -> agent.bodies(RecordType.COLLECTOR_KEYS).size() == 1);
            assertThat(CollectorKeys.decode(
                            agent.bodies(RecordType.COLLECTOR_KEYS).getFirst()))
                    .isEqualTo(new CollectorKeys(LinkRig.KEYS.publicKey(), Optional.of(LinkRig.SPARE)));
        }
    }

    @Test
    void theNextKeyIsHandedInWithTheOneThatVouchesForIt() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            PublicKey next = LinkRig.keys(2).publicKey();
            agent.send(Frame.CONTROL_CHANNEL, new StreamRecord(1, RecordType.KEY_NEXT, new KeyNext(next).encode()));
            await().atMost(SOON).until(() -> rig.inputs.stream().anyMatch(Input.KeyNext.class::isInstance));
            assertThat(rig.inputs)
                    .filteredOn(Input.KeyNext.class::isInstance)
                    .singleElement()
                    .isEqualTo(new Input.KeyNext(
                            LinkRig.id(1),
                            "00000000000000010000000000000001",
                            0,
                            1,
                            LinkRig.keys(1).publicKey().id(),
                            next.toBase64(),
                            next.id()));
        }
    }

    @Test
    void twoMachinesWithOneKeyAreReportedWithBothAddresses() throws UdpException {
        try (var one = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> one.bodies(RecordType.STATUS).size() == 1);
            try (var two = rig.agent(1, Generation.NONE, Generation.NONE)) {
                // Each finds with what it says next that its session is gone, and takes it back.
                await().atMost(SOON).until(() -> {
                    one.say(RecordType.DIGEST, new byte[] {'{'});
                    two.say(RecordType.DIGEST, new byte[] {'{'});
                    return rig.inputs.stream().anyMatch(Input.Cloned.class::isInstance);
                });
            }
        }
        assertThat(rig.inputs)
                .filteredOn(Input.Cloned.class::isInstance)
                .first()
                .isEqualTo(new Input.Cloned(
                        LinkRig.keys(1).publicKey().id(),
                        List.of(new Input.Cloned.Use("127.0.0.1", "", ""), new Input.Cloned.Use("127.0.0.1", "", ""))));
    }

    @Test
    void sessionsAndBeatsAreSignsOfLife() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            agent.beat();
            await().atMost(SOON).until(() -> rig.signs.contains("beat 1"));
            agent.leave();
            await().atMost(SOON).until(() -> rig.signs.contains("disconnected 1"));
            assertThat(rig.signs).containsExactly("connected 1", "beat 1", "disconnected 1");
        }
    }

    @Test
    void aLivingAgentAnswersAProbe() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            rig.link.probes().begin(LinkRig.id(1), Optional.of(agent.at()));
            await().atMost(SOON).until(() -> rig.signs.contains("answered 1"));
            assertThat(rig.signs).doesNotContain("port closed 1");
        }
    }

    @Test
    void whereAnAgentDiedItsSystemSaysSo() throws UdpException {
        InetSocketAddress was;
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            was = agent.at();
        }
        rig.link.probes().begin(LinkRig.id(1), Optional.of(was));
        await().atMost(SOON).until(() -> rig.signs.contains("port closed 1"));
        assertThat(rig.signs).doesNotContain("answered 1");
    }

    @Test
    void anAgentWhoseKeyIsRevokedIsNoSignOfItsHostAnyMore() throws UdpException {
        try (var agent = rig.agent(1, Generation.NONE, Generation.NONE)) {
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 1);
            rig.trusted.revoked(LinkRig.keys(1).publicKey().id());
            await().atMost(SOON).until(() -> rig.signs.contains("disconnected 1"));
            agent.beat();
            order(1, 2);
            await().atMost(SOON).until(() -> agent.bodies(RecordType.STATUS).size() == 2);
            assertThat(agent.bodies(RecordType.PEERS)).isEmpty();
            assertThat(rig.signs).doesNotContain("beat 1");
        }
    }

    private void order(int host, int neighbour) {
        var other = new Neighbour.Agent(LinkRig.keys(neighbour).publicKey().toBase64(), List.of(THERE));
        rig.orders.wishes(
                LinkRig.id(host),
                List.of(new Wish(
                        "fileattrs", "", Wish.Run.ON, Optional.empty(), new TreeMap<>(Map.of("paths", "/a\n/b")))));
        rig.orders.neighbours(LinkRig.id(host), List.of(other, new Neighbour.Collector()));
    }

    private static List<String> peersOf(LinkRig.Agent agent, int index) {
        return Peers.decode(agent.bodies(RecordType.PEERS).get(index)).peers().stream()
                .map(peer -> peer.publicKey().id())
                .toList();
    }
}
