package dev.muster.protocol.stream;

import static dev.muster.protocol.stream.SimulatedPair.MILLI;
import static dev.muster.protocol.stream.SimulatedPair.SPACE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.stream.SimulatedPair.Path;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What losses cost on a path that is known, and what is sent when something was lost. */
final class LossTest {
    private static final long MINUTE = 60_000 * MILLI;

    private static List<Arguments> transfers() {
        return List.of(
                Arguments.of(39_000, 0.0, 150, 150),
                Arguments.of(39_000, 0.05, 200, 400),
                Arguments.of(39_000, 0.20, 550, 1_100),
                Arguments.of(300_000, 0.20, 9_000, 11_500));
    }

    /** At 50 ms, on a path that is known. The same 101 seeds give the same times. */
    @ParameterizedTest(name = "{0} B, loss {1}: median {2} ms, p95 {3} ms")
    @MethodSource("transfers")
    void isHeldUpByLossNoLongerThan(int bytes, double loss, long medianMillis, long p95Millis) {
        var times = new ArrayList<Long>();
        for (int seed = 0; seed < 101; seed++) {
            var pair = new SimulatedPair(seed, Path.of(25, 0, 0, 0));
            for (int i = 0; i < 10; i++) {
                pair.agent.channels.ping();
                pair.run(200 * MILLI, () -> false);
            }
            pair.path = Path.of(25, 0, loss, 0);
            pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(seed), 1, bytes));
            long start = pair.now;
            assertThat(pair.run(MINUTE, () -> pair.collector.received.get(1).size() == 1))
                    .isTrue();
            times.add((pair.now - start) / MILLI);
        }
        times.sort(Long::compare);
        assertThat(times.get(50)).as("median").isLessThanOrEqualTo(medianMillis);
        assertThat(times.get(95)).as("p95").isLessThanOrEqualTo(p95Millis);
    }

    @Test
    void probesWithNewDataWhereThereIs() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 300_000));
        pair.run(10 * MILLI, () -> false);
        long sent = endOf(pair.agent.sentFrames);
        pair.agent.sentFrames.clear();
        pair.collector.dropped = _ -> true;
        pair.run(2_000 * MILLI, () -> false);

        assertThat(pair.agent.sentFrames)
                .first()
                .isInstanceOfSatisfying(
                        Frame.Stream.class, probe -> assertThat(probe.offset()).isEqualTo(sent));
    }

    @Test
    void probesWithTheOldestDataWhereThereIsNoNew() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 1, 0));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 5_000));
        pair.run(10 * MILLI, () -> false);
        pair.agent.sentFrames.clear();
        pair.run(2_000 * MILLI, () -> false);

        assertThat(pair.agent.sentFrames)
                .first()
                .isInstanceOfSatisfying(
                        Frame.Stream.class, probe -> assertThat(probe.offset()).isZero());
    }

    @Test
    void repeatsOnePacketAtOnceWhenALossMakesTheWindowSmaller() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 1, 0));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 300_000));
        pair.run(10 * MILLI, () -> false);
        ReliableChannels channels = pair.agent.channels;
        long next = pair.agent.nextNumber;
        assertThat(next).as("a full window").isEqualTo(10);

        channels.onPacket(0, packet(new Ack(0, List.of(new Range(4, 4)))), pair.now);
        byte[] repeated = Objects.requireNonNull(channels.nextPacket(next, SPACE_BYTES, pair.now));
        assertThat(FrameCodec.decode(repeated)).singleElement().isInstanceOfSatisfying(Frame.Stream.class, stream -> {
            assertThat(stream.offset()).isZero();
        });
        assertThat(channels.nextPacket(next + 1, SPACE_BYTES, pair.now))
                .as("a second one")
                .isNull();
    }

    private static long endOf(List<Frame> frames) {
        return frames.stream()
                .mapToLong(frame -> frame instanceof Frame.Stream s ? s.end() : 0)
                .max()
                .orElseThrow();
    }

    private static byte[] packet(Frame... frames) {
        return FrameCodec.encodePacket(List.of(frames));
    }
}
