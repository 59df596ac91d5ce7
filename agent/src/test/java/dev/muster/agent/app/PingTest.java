package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Trust;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over real sockets. */
final class PingTest {
    private static final StaticKeys OWN = StaticKeys.generate(new Random(1));
    private static final PublicKey OTHER = StaticKeys.generate(new Random(2)).publicKey();
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    @ParameterizedTest
    @EnumSource(Trust.class)
    void saysWhatTheCollectorThinksAndLeavesNothingThere(Trust trust) throws IOException {
        try (var collector = new SmallCollector(trust)) {
            List<PublicKey> keys = List.of(OTHER, collector.keys.publicKey());
            Ping.Outcome outcome = ping(collector.address(), keys, LONG);
            assertThat(outcome).isInstanceOf(Ping.Outcome.Answered.class);
            Ping.Outcome.Answered answer = (Ping.Outcome.Answered) outcome;
            assertThat(answer.trust()).isEqualTo(trust);
            assertThat(answer.key()).isEqualTo(collector.keys.publicKey());
            assertThat(answer.collector()).isEqualTo(collector.address());
            PingText.Said said = PingText.of(collector.address(), outcome, keys, Optional.of(OWN));
            assertThat(said.text())
                    .contains(
                            "127.0.0.1:" + collector.address().getPort() + " answers",
                            " ms\n",
                            " -> 127.0.0.1:",
                            "version      1",
                            collector.keys.publicKey().fingerprint());
            String fingerprint = OWN.publicKey().fingerprint();
            switch (trust) {
                case TRUSTED -> assertThat(said.text()).contains("trusted, as " + fingerprint);
                case PENDING -> assertThat(said.text()).contains("pending", "muster agents approve " + fingerprint);
                case REFUSED -> assertThat(said.text()).contains("refused", "remove state/agent.key");
            }
            assertThat(said.exitCode()).isEqualTo(trust == Trust.TRUSTED ? 0 : 1);
            assertThat(collector.established).isEmpty();
        }
    }

    @Test
    void doesNotClaimToKnowWhatItMayNotAsk() throws IOException {
        try (var collector = new SmallCollector()) {
            Ping.Outcome outcome = ping(collector.address(), List.of(collector.keys.publicKey()), LONG);
            PingText.Said said = PingText.of(collector.address(), outcome, List.of(), Optional.empty());
            assertThat(said.text()).contains("not known: this user may not read the agent's key");
            assertThat(said.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void aClosedPortIsToldFromSilence() throws IOException {
        InetSocketAddress closed;
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            closed = new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
            Ping.Outcome silence = ping(closed, List.of(OTHER), SHORT);
            assertThat(silence).isEqualTo(new Ping.Outcome.NoAnswer());
            assertThat(PingText.of(closed, silence, List.of(OTHER), Optional.of(OWN))
                            .text())
                    .endsWith("no answer: unreachable, filtered, or the key installed here (fingerprint "
                            + OTHER.fingerprint() + ") is not the collector's");
        }
        Ping.Outcome outcome = ping(closed, List.of(OTHER), LONG);
        assertThat(outcome).isEqualTo(new Ping.Outcome.PortClosed());
        PingText.Said said = PingText.of(closed, outcome, List.of(OTHER), Optional.of(OWN));
        assertThat(said)
                .isEqualTo(new PingText.Said(
                        69,
                        "127.0.0.1:" + closed.getPort()
                                + ": port closed: the host answers, and nothing listens on UDP port " + closed.getPort()
                                + " there"));
    }

    @Test
    void aCollectorOfAnotherKeyDoesNotAnswer() throws IOException {
        try (var collector = new SmallCollector()) {
            assertThat(ping(collector.address(), List.of(OTHER), SHORT)).isEqualTo(new Ping.Outcome.NoAnswer());
        }
    }

    @Test
    void namesVersionsThatAreNotSpokenHere() {
        var at = new InetSocketAddress("192.0.2.1", 1984);
        assertThat(PingText.of(at, new Ping.Outcome.OtherVersions(List.of(2, 3)), List.of(), Optional.empty())
                        .text())
                .contains("speaks [2, 3] and not 1");
        assertThat(PingText.of(at, new Ping.Outcome.Unreachable("No route to host"), List.of(), Optional.empty())
                        .text())
                .isEqualTo("192.0.2.1:1984: unreachable: No route to host");
    }

    private static Ping.Outcome ping(InetSocketAddress to, List<PublicKey> keys, Duration patience) throws IOException {
        return Ping.of(to, keys, OWN, 1, patience);
    }
}
