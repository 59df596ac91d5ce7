package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CongestionWindowTest {
    private static final int PACKET = 1_200;

    private final CongestionWindow window = new CongestionWindow();

    @Test
    void startsWithTenPackets() {
        send(10);

        assertThat(window.windowBytes()).isEqualTo(12_000);
        assertThat(window.admits(1)).isFalse();
    }

    @Test
    void doublesEachRoundTripInSlowStart() {
        send(10);
        ack(10, 0);

        assertThat(window.windowBytes()).isEqualTo(24_000);
        assertThat(window.inFlightBytes()).isZero();
    }

    @Test
    void growsNoFurtherThan64Packets() {
        for (int round = 0; round < 10; round++) {
            int count = window.windowBytes() / PACKET;
            send(count);
            ack(count, round);
        }

        assertThat(window.windowBytes()).isEqualTo(76_800);
    }

    @Test
    void doesNotGrowWhenTheApplicationLimits() {
        send(4);
        ack(4, 0);

        assertThat(window.windowBytes()).isEqualTo(12_000);
    }

    @Test
    void halvesOnceForAllLossesOfARoundTrip() {
        send(10);
        window.lost(packet(0), 50);
        window.lost(packet(10), 60);
        assertThat(window.windowBytes()).isEqualTo(6_000);

        window.lost(packet(51), 100);
        assertThat(window.windowBytes()).isEqualTo(3_000);
    }

    @Test
    void growsByAPacketARoundTripAfterALoss() {
        send(10);
        window.lost(packet(0), 50);
        ack(9, 10);
        assertThat(window.windowBytes())
                .as("no growth for packets sent before the loss")
                .isEqualTo(6_000);

        send(5);
        ack(5, 51);
        assertThat(window.windowBytes()).isBetween(6_000 + 1_050, 6_000 + PACKET);
    }

    @Test
    void neverGoesBelowTwoPackets() {
        send(10);
        for (int at = 0; at < 10; at++) {
            window.lost(packet(at * 100L), at * 100L + 50);
        }

        assertThat(window.windowBytes()).isEqualTo(2_400);
    }

    @Test
    void fallsToTwoPacketsOnPersistentCongestionAndThenGrowsAgain() {
        send(10);
        window.lost(packet(0), 50);
        window.persistentCongestion();
        assertThat(window.windowBytes()).isEqualTo(2_400);

        ack(1, 40);
        assertThat(window.windowBytes())
                .as("slow start, for packets sent before too")
                .isEqualTo(3_600);
    }

    private void send(int packets) {
        for (int i = 0; i < packets; i++) {
            window.sent(PACKET);
        }
    }

    private void ack(int packets, long sentNanos) {
        boolean limiting = window.limiting();
        for (int i = 0; i < packets; i++) {
            window.acked(packet(sentNanos), limiting);
        }
    }

    private static SentPacket packet(long sentNanos) {
        return new SentPacket(0, sentNanos, PACKET, SentPacket.NO_ACK, List.of());
    }
}
