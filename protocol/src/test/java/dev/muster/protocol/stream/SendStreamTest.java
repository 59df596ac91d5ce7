package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.wire.Frame;
import org.junit.jupiter.api.Test;

final class SendStreamTest {
    private static final int WINDOW = 65_536;

    private final SendStream stream = new SendStream(1, 0, StreamLimits.INITIAL_WINDOW_BYTES);

    @Test
    void sendsAppendedBytesInPieces() {
        append(0, 5);

        assertThat(stream.take(3)).isEqualTo(piece(0, 3));
        assertThat(stream.take(3)).isEqualTo(piece(3, 5));
        assertThat(stream.take(3)).isNull();
        assertThat(stream.unackedBytes()).isEqualTo(5);
    }

    @Test
    void sendsLostBytesBeforeNewOnes() {
        append(0, 10);
        stream.take(2);
        stream.take(2);
        stream.lost(0, 2);

        assertThat(stream.take(9)).isEqualTo(piece(0, 2));
        assertThat(stream.take(9)).isEqualTo(piece(4, 10));
    }

    @Test
    void doesNotSendAgainWhatArrivedInAnotherPacket() {
        append(0, 10);
        stream.take(10);
        stream.acked(3, 6);
        stream.lost(0, 8);

        assertThat(stream.take(10)).isEqualTo(piece(0, 3));
        stream.acked(6, 7);
        assertThat(stream.take(10)).isEqualTo(piece(7, 8));
        assertThat(stream.take(10)).isNull();
    }

    @Test
    void stopsAtItsCredit() {
        append(0, WINDOW + 10);
        assertThat(stream.take(WINDOW - 5)).isEqualTo(piece(0, WINDOW - 5));
        assertThat(stream.take(10)).isEqualTo(piece(WINDOW - 5, WINDOW));
        assertThat(stream.sendable()).isFalse();

        stream.credit(WINDOW + 4);
        stream.credit(7);
        assertThat(stream.take(100)).isEqualTo(piece(WINDOW, WINDOW + 4));
    }

    @Test
    void freesBytesOnlyWhenAllBeforeThemArrived() {
        append(0, 10);
        stream.take(10);
        stream.acked(5, 10);
        assertThat(stream.unackedBytes()).isEqualTo(10);

        stream.acked(0, 5);
        assertThat(stream.unackedBytes()).isZero();
        append(10, 20);
        assertThat(stream.take(100)).isEqualTo(piece(10, 20));
    }

    private void append(int from, int to) {
        stream.append(bytes(from, to));
    }

    private static Frame.Stream piece(int from, int to) {
        return new Frame.Stream(1, from, bytes(from, to));
    }

    /** Each byte is its offset. */
    private static byte[] bytes(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }
}
