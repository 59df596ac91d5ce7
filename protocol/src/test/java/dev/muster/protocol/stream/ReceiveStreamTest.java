package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiveStreamTest {
    private static final int WINDOW = 65_536;

    private final List<StreamRecord> records = new ArrayList<>();
    private ReceiveBudget budget = ReceiveBudget.unlimited();
    private ReceiveStream stream = open();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void putsPiecesInOrder(int seed) throws ProtocolViolation {
        var random = new Random(seed);
        StreamRecord record = SimulatedPair.noise(random, 1, 20_000);
        byte[] bytes = RecordCodec.encode(record);
        var pieces = new ArrayList<Frame.Stream>();
        for (int at = 0; at < bytes.length; at += 200) {
            int overlap = Math.max(0, at - random.nextInt(150));
            pieces.add(piece(bytes, overlap, Math.min(bytes.length, at + 200)));
            if (random.nextInt(4) == 0) {
                pieces.add(pieces.getLast());
            }
        }
        Collections.shuffle(pieces, random);
        for (Frame.Stream piece : pieces) {
            assertThat(stream.retain(piece)).isTrue();
        }
        assertThat(records).containsExactly(record);
        assertThat(stream.awaited()).as("a record's end").isTrue();
    }

    @Test
    void saysThatTheSenderWaitsWhileBytesAreMissingAndWhenTheyCome() throws ProtocolViolation {
        byte[] bytes = RecordCodec.encode(SimulatedPair.noise(new Random(1), 1, 2_000));
        stream.retain(piece(bytes, 0, 100));
        assertThat(stream.awaited()).as("in the middle of a record").isFalse();

        stream.retain(piece(bytes, 200, 300));
        assertThat(stream.awaited()).as("after a gap").isTrue();
        stream.retain(piece(bytes, 100, 200));
        assertThat(stream.awaited()).as("into the gap").isTrue();
        stream.retain(piece(bytes, 300, 400));
        assertThat(stream.awaited()).as("behind what is whole again").isFalse();
    }

    @Test
    void refusesBytesBeyondItsCredit() throws ProtocolViolation {
        assertThat(stream.retain(new Frame.Stream(1, WINDOW - 1, new byte[1]))).isTrue();

        assertViolation(new Frame.Stream(1, WINDOW, new byte[1]), CloseReason.FLOW_CONTROL);
        assertViolation(new Frame.Stream(1, Frame.MAX_48_BITS - 1, new byte[1]), CloseReason.FLOW_CONTROL);
    }

    @Test
    void refusesOverlappingBytesThatDiffer() throws ProtocolViolation {
        stream.retain(new Frame.Stream(1, 10, new byte[] {1, 2, 3}));
        assertThat(stream.retain(new Frame.Stream(1, 9, new byte[] {0, 1, 2}))).isTrue();

        assertViolation(new Frame.Stream(1, 11, new byte[] {2, 4}), CloseReason.STREAM_CONFLICT);
    }

    @Test
    void keepsAtMost128RangesAndFillsGapsAfterwards() throws ProtocolViolation {
        StreamRecord record = SimulatedPair.noise(new Random(1), 1, 1_000);
        byte[] bytes = RecordCodec.encode(record);
        for (int range = 0; range < 128; range++) {
            assertThat(stream.retain(piece(bytes, 1 + 2 * range, 2 + 2 * range)))
                    .isTrue();
        }
        assertThat(stream.retain(piece(bytes, 600, 601))).as("a 129th range").isFalse();
        assertThat(stream.retain(piece(bytes, 256, 300))).as("a longer range").isTrue();

        assertThat(stream.retain(piece(bytes, 0, bytes.length))).as("the gaps").isTrue();
        assertThat(records).containsExactly(record);
    }

    @Test
    void grantsCreditAfterHalfAWindow() throws ProtocolViolation {
        byte[] bytes = records(70, 1_000);
        stream.retain(piece(bytes, 0, WINDOW / 2 - 1));
        assertThat(stream.newCredit()).isNull();

        stream.retain(piece(bytes, WINDOW / 2 - 1, WINDOW / 2));
        assertThat(stream.newCredit()).isEqualTo(new Frame.Window(1, WINDOW + WINDOW / 2));
        assertThat(stream.newCredit()).isNull();
    }

    @Test
    void stopsCreditForALargeRecordUntilTheBudgetHasRoom() throws ProtocolViolation {
        budget = ReceiveBudget.shared(250_000);
        stream = open();
        assertThat(budget.reserve(100_000)).isTrue();
        StreamRecord record = SimulatedPair.noise(new Random(1), 1, 200_000);
        byte[] encoded = RecordCodec.encode(record);
        byte[] bytes = Arrays.copyOf(encoded, encoded.length + 5);
        stream.retain(piece(bytes, 0, WINDOW - 1));
        assertThat(stream.newCredit()).isNull();
        assertThat(stream.stalled()).isTrue();

        budget.release(100_000);
        assertThat(stream.newCredit()).isNotNull();
        assertThat(stream.stalled()).isFalse();
        assertThat(budget.reserve(50_000)).as("the grant is taken").isFalse();
        for (int at = WINDOW - 1; at < bytes.length; at += 1_000) {
            stream.retain(piece(bytes, at, Math.min(bytes.length, at + 1_000)));
            stream.newCredit();
        }
        assertThat(records).containsExactly(record);
        assertThat(budget.reserve(250_000))
                .as("the grant is back though another record begins")
                .isTrue();
    }

    @Test
    void givesItsGrantBackWhenForgotten() throws ProtocolViolation {
        budget = ReceiveBudget.shared(250_000);
        stream = open();
        byte[] bytes = RecordCodec.encode(SimulatedPair.noise(new Random(1), 1, 200_000));
        stream.retain(piece(bytes, 0, WINDOW - 1));
        stream.newCredit();
        assertThat(budget.reserve(100_000)).isFalse();

        stream.dispose();
        stream.dispose();
        assertThat(budget.reserve(250_000)).isTrue();
        assertThat(budget.reserve(1)).isFalse();
    }

    private ReceiveStream open() {
        var limits = StreamLimits.defaults(budget);
        var sink = new RecordReader.Sink() {
            @Override
            public void record(StreamRecord record) {
                records.add(record);
            }

            @Override
            public void dead(long seq, int type, String error) {
                throw new AssertionError(error);
            }
        };
        var reader = new RecordReader(limits.maxBodyBytes(), limits.maxRawBytes(), sink);
        return new ReceiveStream(1, limits, reader, 0, StreamLimits.INITIAL_WINDOW_BYTES);
    }

    private void assertViolation(Frame.Stream frame, int reason) {
        ProtocolViolation violation = catchThrowableOfType(ProtocolViolation.class, () -> stream.retain(frame));
        assertThat(violation).isNotNull();
        assertThat(violation.reason()).isEqualTo(reason);
    }

    private static byte[] records(int count, int bytes) {
        byte[] one = RecordCodec.encode(SimulatedPair.noise(new Random(1), 1, bytes));
        byte[] all = new byte[count * one.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    private static Frame.Stream piece(byte[] bytes, int from, int to) {
        return new Frame.Stream(1, from, Arrays.copyOfRange(bytes, from, to));
    }
}
