package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.stream.AckTracker.Urgency;
import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AckTrackerTest {
    private static final long MILLI = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final AckTracker acks = new AckTracker();

    @Test
    void waits25MillisecondsForASecondPacket() {
        acks.received(0, Urgency.DELAYED, 5 * MILLI);
        assertThat(acks.deadlineNanos()).isEqualTo(30 * MILLI);

        acks.received(1, Urgency.DELAYED, 6 * MILLI);
        assertThat(acks.deadlineNanos()).isEqualTo(6 * MILLI);
    }

    @Test
    void owesNothingForPacketsThatDoNotAsk() {
        acks.received(0, Urgency.NONE, 0);
        acks.received(5, Urgency.NONE, 0);

        assertThat(acks.owed()).isFalse();
        assertThat(acks.deadlineNanos()).isEqualTo(NEVER);
    }

    @Test
    void answersAGapAtOnceButOnlyWhenItOpensOrFills() {
        start(0);
        acks.received(2, Urgency.DELAYED, 7);
        assertThat(acks.deadlineNanos()).as("opens").isEqualTo(7);

        acks.sent();
        acks.received(3, Urgency.DELAYED, 8);
        assertThat(acks.deadlineNanos()).as("stays").isEqualTo(8 + 25 * MILLI);

        acks.sent();
        acks.received(1, Urgency.DELAYED, 9);
        assertThat(acks.deadlineNanos()).as("fills").isEqualTo(9);
    }

    @Test
    void answersADuplicateAndTheEndOfABurstAtOnce() {
        start(0);
        acks.received(0, Urgency.DELAYED, 7);
        assertThat(acks.deadlineNanos()).isEqualTo(7);

        acks.sent();
        acks.received(1, Urgency.AT_ONCE, 8);
        assertThat(acks.deadlineNanos()).isEqualTo(8);
    }

    @Test
    void listsWhatArrivedNewestFirst() {
        for (long number : new long[] {0, 1, 2, 5, 9, 8}) {
            acks.received(number, Urgency.DELAYED, 3 * MILLI);
        }
        assertThat(acks.build(5 * MILLI))
                .isEqualTo(new Ack(2_000, List.of(new Range(8, 9), new Range(5, 5), new Range(0, 2))));
    }

    @Test
    void reportsTheDelayOfTheLargestPacket() {
        acks.received(1, Urgency.DELAYED, MILLI);
        acks.received(0, Urgency.DELAYED, 4 * MILLI);

        assertThat(acks.build(5 * MILLI).delayMicros()).isEqualTo(4_000);
    }

    @Test
    void forgetsTheOldestOfMoreThan33Ranges() {
        for (long number = 0; number < 200; number += 2) {
            acks.received(number, Urgency.DELAYED, 0);
        }
        Ack ack = acks.build(0);

        assertThat(ack.ranges()).hasSize(33);
        assertThat(ack.largest()).isEqualTo(198);
        assertThat(ack.ranges().getLast().first()).isEqualTo(198 - 64);
    }

    @Test
    void doesNotRepeatWhatThePeerKnowsToBeAcknowledged() {
        for (long number : new long[] {0, 2, 4, 6}) {
            acks.received(number, Urgency.DELAYED, 0);
        }
        acks.confirmed(4);
        assertThat(acks.build(0).ranges()).containsExactly(new Range(6, 6), new Range(4, 4));

        acks.confirmed(SentPacket.NO_ACK);
        assertThat(acks.build(0).ranges()).hasSize(2);
    }

    @Test
    void leavesOutWhatDoesNotFitInSixteenBits() {
        acks.received(0, Urgency.DELAYED, 0);
        acks.received(1_000_000, Urgency.DELAYED, 0);

        assertThat(acks.build(0).ranges()).containsExactly(new Range(1_000_000, 1_000_000));
    }

    @Test
    void cutsARangeOfMoreThan65536Packets() {
        for (long number = 0; number < 70_000; number++) {
            acks.received(number, Urgency.DELAYED, 0);
        }
        assertThat(acks.build(0).ranges()).containsExactly(new Range(69_999 - 65_535, 69_999));
    }

    private void start(long number) {
        acks.received(number, Urgency.DELAYED, 0);
        acks.sent();
    }
}
