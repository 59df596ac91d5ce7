package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.fault.Right;
import dev.muster.protocol.noise.AeadKey;
import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.wire.DataPacket;
import org.junit.jupiter.api.Test;

/** What a session's keys are good for, with counters that begin shortly before their limits. */
final class SecureSessionTest {
    private static final int FLAGS_AND_SID_AND_COUNTER = 16;

    private final DropCounters drops = new DropCounters();
    private final SecureSession one = session(1, 2);
    private final SecureSession other = session(2, 1);

    @Test
    void sealsEightMillionPacketsAndNoMore() {
        Right.set(one, "nextCounter", (1L << 23) - 1);
        assertThat(one.maySend(0)).isTrue();

        byte[] last = one.seal(new byte[8]);
        assertThat(DataPacket.counter(last)).isEqualTo((1L << 23) - 1);
        assertThat(other.open(last, drops)).isPresent();
        assertThat(one.maySend(0)).isFalse();
    }

    @Test
    void sealsForThreeHoursAndNoLonger() {
        assertThat(one.maySend(SecureSession.MAX_AGE_NANOS - 1)).isTrue();
        assertThat(one.maySend(SecureSession.MAX_AGE_NANOS)).isFalse();
    }

    @Test
    void opensNothingAnyMoreAfterABillionForgeries() {
        byte[] forged = one.seal(new byte[8]);
        forged[FLAGS_AND_SID_AND_COUNTER] ^= 1;
        Right.set(other, "forgeries", (1L << 30) - 2);

        assertThat(other.open(forged, drops)).isEmpty();
        assertThat(other.open(one.seal(new byte[8]), drops))
                .as("one forgery before")
                .isPresent();
        assertThat(other.open(forged, drops)).isEmpty();
        assertThat(other.open(one.seal(new byte[8]), drops))
                .as("the key is gone")
                .isEmpty();
        assertThat(drops.of(Drop.BAD_TAG)).isEqualTo(3);
    }

    @Test
    void carriesTheWholeCounterOf48Bits() {
        long last = (1L << 48) - 1;
        Right.set(one, "nextCounter", last);

        byte[] packet = one.seal(new byte[8]);
        assertThat(DataPacket.counter(packet)).isEqualTo(last);
        assertThat(other.open(packet, drops)).isPresent();
        assertThat(other.open(packet, drops)).as("again").isEmpty();
    }

    private static SecureSession session(long localSid, long remoteSid) {
        return new SecureSession(localSid, remoteSid, new SessionKeys(key(localSid), key(remoteSid)), 0);
    }

    /** A key a direction, named by who sends. */
    private static AeadKey key(long sender) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) sender;
        return new AeadKey(bytes);
    }
}
