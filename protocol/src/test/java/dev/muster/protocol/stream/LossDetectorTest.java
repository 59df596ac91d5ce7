package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LossDetectorTest {
    private static final long MILLI = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final LossDetector detector = new LossDetector();
    private final RttEstimator rtt = new RttEstimator();

    @Test
    void declaresAPacketLostThatThreeLaterOnesOvertook() throws ProtocolViolation {
        send(0, 4);
        assertThat(numbers(ack(50, new Range(1, 2)).lost())).isEmpty();
        assertThat(numbers(ack(50, new Range(1, 3)).lost())).containsExactly(0L);
    }

    @Test
    void declaresAPacketLostNineEighthsOfARoundTripAfterALaterOneWasSent() throws ProtocolViolation {
        send(0, 2);
        ack(80, new Range(1, 1));

        assertThat(detector.lossNanos()).isEqualTo(90 * MILLI);
        assertThat(detector.probeNanos(rtt)).isEqualTo(NEVER);
        assertThat(detector.detectLost(rtt, 90 * MILLI - 1)).isEmpty();
        assertThat(numbers(detector.detectLost(rtt, 90 * MILLI))).containsExactly(0L);
        assertThat(detector.lossNanos()).isEqualTo(NEVER);
    }

    @Test
    void measuresTheRoundTripOnlyWithTheLargestPacketNewlyAcknowledged() throws ProtocolViolation {
        send(0, 1);
        send(10, 1);
        ack(60, new Range(1, 1));
        assertThat(rtt.smoothedNanos()).isEqualTo(50 * MILLI);

        ack(500, new Range(0, 1));
        assertThat(rtt.smoothedNanos()).isEqualTo(50 * MILLI);
    }

    @Test
    void probesAfterSilenceTwiceAsLateEachTime() throws ProtocolViolation {
        send(7, 1);
        assertThat(detector.probeNanos(rtt)).isEqualTo((7 + 1_024) * MILLI);

        detector.probed(1_031 * MILLI);
        assertThat(detector.probeNanos(rtt)).isEqualTo((1_031 + 2_048) * MILLI);
        assertThat(detector.probeCount()).isEqualTo(1);

        send(1_031, 1);
        ack(1_100, new Range(1, 1));
        assertThat(detector.probeCount()).isZero();
    }

    @Test
    void keepsItsBackOffWhereOnlyASmallerPacketArrived() throws ProtocolViolation {
        send(0, 1);
        detector.probed(1_024 * MILLI);
        sendSmall(1_024);
        ack(1_074, new Range(1, 1));
        send(1_100, 1);
        detector.detectLost(rtt, 1_100 * MILLI);

        assertThat(detector.probeCount()).isZero();
        assertThat(detector.probeNanos(rtt)).isEqualTo(1_100 * MILLI + 2 * rtt.probeTimeoutNanos());
    }

    @Test
    void endsItsBackOffWithAPacketAsLargeAsWhatIsMissing() throws ProtocolViolation {
        send(0, 1);
        detector.probed(1_024 * MILLI);
        send(1_024, 1);
        ack(1_074, new Range(1, 1));
        send(1_100, 1);
        detector.detectLost(rtt, 1_100 * MILLI);

        assertThat(detector.probeNanos(rtt)).isEqualTo(1_100 * MILLI + rtt.probeTimeoutNanos());
    }

    @ParameterizedTest(name = "{0} probes before")
    @CsvSource({"0, 1000", "1, 2000", "5, 32000", "6, 60000", "40, 60000"})
    void doublesTheProbeTimeoutUpTo60Seconds(int count, long millis) {
        assertThat(LossDetector.probeTimeoutNanos(1_000 * MILLI, count)).isEqualTo(millis * MILLI);
    }

    @Test
    void doesNotProbeWithNothingInFlight() throws ProtocolViolation {
        send(0, 1);
        ack(10, new Range(0, 0));

        assertThat(detector.probeNanos(rtt)).isEqualTo(NEVER);
    }

    @Test
    void refusesTheAcknowledgementOfAPacketNeverSent() {
        send(0, 3);
        ProtocolViolation violation = catchThrowableOfType(ProtocolViolation.class, () -> ack(10, new Range(2, 3)));

        assertThat(violation).isNotNull();
        assertThat(violation.reason()).isEqualTo(CloseReason.ACK_OF_UNSENT);
    }

    @Test
    void acceptsTheAcknowledgementOfAPacketThatNeedsNone() throws ProtocolViolation {
        send(0, 1);
        detector.numberUsed(1);

        assertThat(numbers(ack(10, new Range(0, 1)).acked())).containsExactly(0L);
    }

    @Test
    void learnsHowFarThePathReorders() throws ProtocolViolation {
        send(0, 12);
        assertThat(numbers(ack(50, new Range(1, 8)).lost())).containsExactly(0L);

        LossDetector.Outcome outcome = ack(51, new Range(0, 8));
        assertThat(numbers(outcome.late())).containsExactly(0L);
        assertThat(outcome.acked()).isEmpty();
        assertThat(detector.threshold()).isEqualTo(9);
        assertThat(detector.inFlightPackets()).isEqualTo(3);
    }

    @Test
    void forgetsWhatWasLostAfterThreeProbeTimeouts() throws ProtocolViolation {
        send(0, 4);
        assertThat(numbers(ack(50, new Range(1, 3)).lost())).containsExactly(0L);
        send(2_000, 1);
        ack(2_050, new Range(4, 4));

        assertThat(ack(2_060, new Range(0, 4)).late()).isEmpty();
    }

    @Test
    void believesInNoMoreThan32PacketsOfReordering() throws ProtocolViolation {
        send(0, 100);
        ack(50, new Range(1, 99));
        ack(51, new Range(0, 99));

        assertThat(detector.threshold()).isEqualTo(32);
    }

    @Test
    void seesPersistentCongestionWhenALongRunIsLost() throws ProtocolViolation {
        long span = afterFirstSample();
        send(100, 1);
        send(100 + span + 1, 4);

        LossDetector.Outcome outcome = ack(100 + span + 101, new Range(5, 5));
        assertThat(numbers(outcome.lost())).containsExactly(1L, 2L);
        assertThat(outcome.persistent()).isTrue();
    }

    @Test
    void seesNoPersistentCongestionWhenAPacketBetweenArrived() throws ProtocolViolation {
        long span = afterFirstSample();
        send(100, 2);
        send(100 + span + 1, 4);

        LossDetector.Outcome outcome = ack(100 + span + 101, new Range(6, 6), new Range(2, 2));
        assertThat(numbers(outcome.lost())).containsExactly(1L, 3L);
        assertThat(outcome.persistent()).isFalse();
    }

    /** One packet of 100 ms; returns the milliseconds that a lost run has to span. */
    private long afterFirstSample() throws ProtocolViolation {
        send(0, 1);
        ack(100, new Range(0, 0));
        assertThat(rtt.persistentCongestionNanos()).isEqualTo(3 * (100 + 4 * 50 + 25) * MILLI);
        return 3 * 325;
    }

    private long next;

    private void send(long atMillis, int packets) {
        for (int i = 0; i < packets; i++) {
            detector.sent(new SentPacket(next++, atMillis * MILLI, 1_200, SentPacket.NO_ACK, List.of()));
        }
    }

    private void sendSmall(long atMillis) {
        detector.sent(new SentPacket(next++, atMillis * MILLI, 40, SentPacket.NO_ACK, List.of()));
    }

    private LossDetector.Outcome ack(long atMillis, Range... ranges) throws ProtocolViolation {
        return detector.onAck(new Ack(0, Arrays.asList(ranges)), rtt, atMillis * MILLI);
    }

    private static List<Long> numbers(List<SentPacket> packets) {
        return packets.stream().map(SentPacket::number).toList();
    }
}
