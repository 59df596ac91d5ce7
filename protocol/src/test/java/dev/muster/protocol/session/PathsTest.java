package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.session.Paths.Move;
import dev.muster.protocol.session.Paths.Order;
import dev.muster.protocol.wire.Frame;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PathsTest {
    private static final InetSocketAddress HOME = new InetSocketAddress("10.0.0.1", 40_000);
    private static final InetSocketAddress OTHER_PORT = new InetSocketAddress("10.0.0.1", 40_001);
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("10.0.9.9", 40_000);
    private static final long NOW = 1_000;

    private final Paths paths = new Paths(HOME, new Random(1));

    @Test
    void staysWhereItIsUntilTheNewAddressAnswers() {
        paths.heard(ELSEWHERE, 100, Order.NEWEST, NOW);
        Paths.Probe probe = paths.next(NOW).orElseThrow();
        assertThat(probe.to()).isEqualTo(ELSEWHERE);
        assertThat(paths.address()).isEqualTo(HOME);

        assertThat(paths.answered(challenge(probe) + 1)).isEqualTo(Move.NONE);
        assertThat(paths.address()).isEqualTo(HOME);
        assertThat(paths.answered(challenge(probe))).isEqualTo(Move.HOST);
        assertThat(paths.address()).isEqualTo(ELSEWHERE);
        assertThat(paths.answered(challenge(probe))).as("the same answer again").isEqualTo(Move.NONE);
    }

    @Test
    void tellsAnotherPortFromAnotherHost() {
        paths.heard(OTHER_PORT, 100, Order.NEWEST, NOW);
        assertThat(paths.answered(challenge(paths.next(NOW).orElseThrow()))).isEqualTo(Move.PORT);
    }

    @Test
    void anOvertakenPacketFromElsewhereMeansNothing() {
        paths.heard(ELSEWHERE, 1_200, Order.OVERTAKEN, NOW);
        assertThat(paths.next(NOW)).isEmpty();
        assertThat(paths.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sendsNoMoreThanItReceived() {
        paths.heard(ELSEWHERE, Paths.PROBE_BYTES - 1, Order.NEWEST, NOW);
        assertThat(paths.next(NOW)).isEmpty();
        paths.heard(ELSEWHERE, Paths.PROBE_BYTES, Order.OVERTAKEN, NOW);
        assertThat(paths.next(NOW)).isPresent();
        assertThat(paths.next(NOW + Paths.CHALLENGE_NANOS)).isEmpty();
    }

    @Test
    void repeatsALostChallengeEachSecondForTenSeconds() {
        paths.heard(ELSEWHERE, 1_200, Order.NEWEST, NOW);
        long first = challenge(paths.next(NOW).orElseThrow());
        assertThat(paths.next(NOW + Paths.CHALLENGE_NANOS - 1)).isEmpty();
        assertThat(paths.nextDeadlineNanos()).isEqualTo(NOW + Paths.CHALLENGE_NANOS);
        assertThat(challenge(paths.next(NOW + Paths.CHALLENGE_NANOS).orElseThrow()))
                .isEqualTo(first);
        assertThat(paths.next(NOW + Paths.CANDIDATE_NANOS)).isEmpty();
        assertThat(paths.answered(first)).as("too late").isEqualTo(Move.NONE);
    }

    @Test
    void answersAChallengeTheWayItCameWithNoMoreBytes() {
        paths.heard(ELSEWHERE, Paths.PROBE_BYTES, Order.NEWEST, NOW);
        paths.challenged(ELSEWHERE, 7);
        assertThat(paths.next(NOW)).contains(new Paths.Probe(ELSEWHERE, new Frame.PathResponse(7)));
        assertThat(paths.next(NOW)).as("what came is spent").isEmpty();
    }

    @Test
    void whoTakesTurnsGetsNoCredit() {
        for (int i = 0; i < 10; i++) {
            paths.heard(i % 2 == 0 ? ELSEWHERE : OTHER_PORT, 30, Order.NEWEST, NOW);
            assertThat(paths.next(NOW)).isEmpty();
        }
    }

    private static long challenge(Paths.Probe probe) {
        return ((Frame.PathChallenge) probe.frame()).data();
    }
}
