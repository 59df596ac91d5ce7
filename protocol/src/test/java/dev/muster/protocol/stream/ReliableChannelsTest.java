package dev.muster.protocol.stream;

import static dev.muster.protocol.stream.SimulatedPair.MILLI;
import static dev.muster.protocol.stream.SimulatedPair.SPACE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.protocol.fault.Right;
import dev.muster.protocol.stream.SimulatedPair.Path;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.SpoolId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReliableChannelsTest {
    private static final long MINUTE = 60_000 * MILLI;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void deliversEachRecordOnceInOrderOverABadPath(int seed) {
        double loss = List.of(0.0, 0.01, 0.05, 0.20).get(seed % 4);
        var pair = new SimulatedPair(seed, Path.of(25, seed % 3 * 20, loss, 0.05));
        var random = new Random(seed);
        List<StreamRecord> up = records(random, 60, 6_000);
        List<StreamRecord> control = records(random, 20, 300);
        List<StreamRecord> down = records(random, 20, 2_000);
        pair.agent.toSend.get(1).addAll(up);
        pair.agent.toSend.get(0).addAll(control);
        pair.collector.toSend.get(0).addAll(down);

        boolean done = pair.run(
                10 * MINUTE,
                () -> pair.collector.received.get(1).size() >= up.size()
                        && pair.collector.received.get(0).size() >= control.size()
                        && pair.agent.received.get(0).size() >= down.size()
                        && pair.agent.channels.idle()
                        && pair.collector.channels.idle());

        assertThat(done).as("finished").isTrue();
        assertThat(pair.collector.received.get(1)).isEqualTo(up);
        assertThat(pair.collector.received.get(0)).isEqualTo(control);
        assertThat(pair.agent.received.get(0)).isEqualTo(down);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void losesNothingWhenTheSessionIsReplacedInTheMiddle(int seed) {
        var pair = new SimulatedPair(seed, Path.of(25, 20, seed % 2 == 0 ? 0.20 : 0.02, 0.05));
        List<StreamRecord> up = records(new Random(seed), 80, 6_000);
        pair.agent.toSend.get(1).addAll(up);
        var random = new Random(seed);
        for (int rekey = 0; rekey < 8; rekey++) {
            pair.run(random.nextLong(400) * MILLI, () -> false);
            pair.replaceSession();
        }
        boolean done = pair.run(
                10 * MINUTE,
                () -> pair.collector.received.get(1).size() >= up.size()
                        && pair.agent.channels.idle()
                        && pair.collector.channels.idle());

        assertThat(done).as("finished").isTrue();
        assertThat(pair.collector.received.get(1)).isEqualTo(up);
    }

    @Test
    void repeatsALargePacketLessAndLessWhereOnlySmallOnesPass() {
        var pair = new SimulatedPair(1, SimulatedPair.Path.of(1, 0, 0, 0));
        pair.run(1_000 * MILLI, () -> false);
        pair.agent.dropped = frames -> FrameCodec.encode(frames).length > 600;
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 1_000));
        pair.run(60_000 * MILLI, () -> false);
        assertThat(pair.agent.sentFrames)
                .filteredOn(Frame.Stream.class::isInstance)
                .hasSizeBetween(10, 50);

        pair.agent.dropped = _ -> false;
        assertThat(pair.run(60_000 * MILLI, () -> pair.collector.received.get(1).size() == 1))
                .isTrue();
    }

    @Test
    void deliversARecordLargerThanTheWindow() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0.01, 0));
        StreamRecord large = SimulatedPair.noise(new Random(1), 1, 4 << 20);
        pair.agent.toSend.get(1).add(large);

        assertThat(pair.run(10 * MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.collector.received.get(1)).containsExactly(large);
    }

    @Test
    void neverSendsMoreThanTenPacketsAtOnce() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 1_000_000));

        assertThat(pair.run(MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.agent.largestBurst).isEqualTo(10);
    }

    @Test
    void ignoresTheCloseOfTheSessionThatWasReplaced() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.replaceSession();
        pair.agent.channels.onPreviousSessionPacket(
                packet(new Frame.Close(CloseReason.NORMAL, "rekeyed"), new Frame.Applied(1, 3)), pair.now);

        assertThat(pair.agent.log).containsExactly("applied 1 3");
    }

    @Test
    void waitsForTheBudgetWithoutDroppingAnything() {
        ReceiveBudget budget = ReceiveBudget.shared(1_000_000);
        assertThat(budget.reserve(900_000)).isTrue();
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0), StreamLimits.defaults(budget));
        List<StreamRecord> large = List.of(
                SimulatedPair.noise(new Random(1), 1, 300_000),
                SimulatedPair.noise(new Random(2), 2, 300_000),
                SimulatedPair.noise(new Random(3), 3, 300_000));
        pair.agent.toSend.get(1).addAll(large);

        assertThat(pair.run(MINUTE, () -> !pair.collector.received.get(1).isEmpty()))
                .isFalse();
        assertThat(pair.agent.toSend.get(1)).as("refused while the others wait").hasSize(1);

        budget.release(900_000);
        assertThat(pair.run(MINUTE, () -> pair.collector.received.get(1).size() == 3))
                .isTrue();
        assertThat(pair.collector.received.get(1)).isEqualTo(large);
    }

    @Test
    void letsControlOvertakeResults() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 200_000));
        pair.run(60 * MILLI, () -> false);
        pair.agent.toSend.get(0).add(SimulatedPair.noise(new Random(2), 1, 500));

        assertThat(pair.run(MINUTE, () -> !pair.collector.received.get(0).isEmpty()))
                .isTrue();
        assertThat(pair.collector.received.get(1)).isEmpty();
    }

    @Test
    void repeatsLostControlFramesWithTheirNewestValue() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.collector.dropped = frames -> pair.now < 3_000 * MILLI;
        pair.collector.channels.resume(1, new SpoolId(1, 2), 7);
        pair.collector.channels.applied(1, 8);
        pair.run(500 * MILLI, () -> false);
        pair.collector.channels.applied(1, 9);

        assertThat(pair.run(MINUTE, () -> pair.collector.channels.idle())).isTrue();
        assertThat(pair.agent.log)
                .containsOnlyOnce("applied 1 9")
                .contains("resume 1 7")
                .doesNotContain("applied 1 8");
    }

    @Test
    void neverReportsAnOlderAppliedAfterANewerOne() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.agent.channels.onPacket(1, packet(new Frame.Applied(1, 9)), pair.now);
        pair.agent.channels.onPacket(0, packet(new Frame.Applied(1, 8)), pair.now);

        assertThat(pair.agent.log).containsExactly("applied 1 9");
    }

    @Test
    void doesNotAcknowledgeAPacketWhoseDataItCouldNotKeep() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        ReliableChannels channels = pair.collector.channels;
        int number = 0;
        for (; number < ReceiveStream.MAX_RANGES; number++) {
            channels.onPacket(number, packet(new Frame.Stream(1, 100 + 2 * number, new byte[1])), pair.now);
        }
        channels.onPacket(number, packet(new Frame.Stream(1, 1_000, new byte[1])), pair.now);
        channels.onPacket(number + 1, packet(new Frame.Ping()), pair.now);

        byte[] plaintext = Objects.requireNonNull(channels.nextPacket(0, SPACE_BYTES, pair.now));
        assertThat(FrameCodec.decode(plaintext))
                .first()
                .isEqualTo(new Ack(0, List.of(new Range(129, 129), new Range(0, 127))));
    }

    @Test
    void closesOnceAndSendsNothingElse() {
        var pair = new SimulatedPair(5, Path.of(25, 0, 0.5, 0.3));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 100_000));
        pair.run(30 * MILLI, () -> false);
        pair.agent.channels.close(CloseReason.NORMAL, "bye");
        pair.agent.sentFrames.clear();

        assertThat(pair.run(10 * MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.collector.log).containsExactly("closed 0 bye");
        assertThat(pair.agent.sentFrames).noneMatch(frame -> frame instanceof Frame.Stream);
        assertThat(pair.agent.channels.offer(0, SimulatedPair.noise(new Random(1), 1, 1)))
                .isFalse();
    }

    @Test
    void startsOverAfterARestart() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 300_000));
        pair.run(200 * MILLI, () -> false);
        pair.restart();
        StreamRecord record = SimulatedPair.noise(new Random(2), 1, 5_000);
        pair.agent.toSend.get(1).add(record);

        assertThat(pair.run(MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.collector.received.get(1)).containsExactly(record);
    }

    @Test
    void goesOnAfterThePathChanged() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        StreamRecord record = SimulatedPair.noise(new Random(1), 1, 300_000);
        pair.agent.toSend.get(1).add(record);
        pair.run(200 * MILLI, () -> false);
        pair.path = Path.of(100, 0, 0, 0);
        pair.agent.channels.pathChanged();

        assertThat(pair.run(MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.collector.received.get(1)).containsExactly(record);
        assertThat(pair.agent.channels.smoothedRttNanos()).isBetween(190 * MILLI, 230 * MILLI);
    }

    @Test
    void isDeadAfterThreeProbesAndTenSecondsOfSilence() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 1.0, 0));
        long start = pair.now;
        pair.agent.channels.ping();
        pair.run(9_900 * MILLI, () -> false);
        assertThat(pair.agent.channels.ptoCount()).isGreaterThanOrEqualTo(3);
        assertThat(pair.agent.channels.dead(start + 9_999 * MILLI)).isFalse();
        assertThat(pair.agent.channels.dead(start + 10_000 * MILLI)).isTrue();

        pair.path = Path.of(25, 0, 0, 0);
        pair.run(MINUTE, () -> pair.agent.channels.idle());
        assertThat(pair.agent.channels.ptoCount()).isZero();
        assertThat(pair.agent.channels.dead(pair.now)).isFalse();
    }

    @Test
    void answersAPingWithin25MillisecondsAndThenIsSilent() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        long start = pair.now;
        pair.agent.channels.ping();

        assertThat(pair.run(MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.now - start).isLessThanOrEqualTo(75 * MILLI);
        pair.run(MINUTE, () -> false);
        assertThat(pair.agent.packets).isEqualTo(1);
        assertThat(pair.collector.packets).isEqualTo(1);
        assertThat(pair.agent.channels.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void probesWithTheDataThatIsMissing() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        long start = pair.now;
        pair.agent.dropped = frames -> pair.now == start;
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 500));

        assertThat(pair.run(MINUTE, () -> !pair.collector.received.get(1).isEmpty()))
                .isTrue();
        assertThat(pair.now - start).isEqualTo((1_024 + 25) * MILLI);
    }

    @Test
    void acknowledgesTheEndOfARecordWithoutDelay() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        long start = pair.now;
        pair.agent.toSend.get(1).add(SimulatedPair.noise(new Random(1), 1, 500));

        assertThat(pair.run(MINUTE, () -> pair.agent.channels.idle())).isTrue();
        assertThat(pair.now - start).isEqualTo(50 * MILLI);
    }

    @Test
    void doesNotRepeatDataThatWasOnlyLate() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        ReliableChannels channels = pair.agent.channels;
        channels.offer(1, SimulatedPair.noise(new Random(1), 1, 30_000));
        for (int number = 0; number < 10; number++) {
            assertThat(channels.nextPacket(number, SPACE_BYTES, pair.now)).isNotNull();
        }
        assertThat(channels.nextPacket(10, SPACE_BYTES, pair.now))
                .as("window full")
                .isNull();
        long later = pair.now + 100 * MILLI;
        channels.onPacket(0, packet(new Ack(0, List.of(new Range(4, 9)))), later);
        channels.onPacket(1, packet(new Ack(0, List.of(new Range(0, 9)))), later);

        byte[] plaintext = Objects.requireNonNull(channels.nextPacket(10, SPACE_BYTES, later));
        assertThat(FrameCodec.decode(plaintext))
                .singleElement()
                .isInstanceOfSatisfying(
                        Frame.Stream.class,
                        stream -> assertThat(stream.offset()).isEqualTo(10 * (SPACE_BYTES - 10)));
    }

    @Test
    void handsHeartbeatsAndPathFramesToItsOwner() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        pair.agent.channels.onPacket(
                0,
                packet(new Frame.Heartbeat(0, 4, 1_000, 5), new Frame.PathChallenge(6), new Frame.PathResponse(7)),
                pair.now);

        assertThat(pair.agent.log).containsExactly("heartbeat 4", "challenge 6", "response 7");
    }

    @Test
    void refusesAnAckOfANumberThatItsOwnerDidNotUse() throws ProtocolViolation {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        byte[] ack = packet(new Ack(0, List.of(new Range(3, 3))));
        pair.agent.channels.sentByOwner(3);
        pair.agent.channels.onPacket(0, ack, pair.now);

        ProtocolViolation violation =
                catchThrowableOfType(ProtocolViolation.class, () -> pair.collector.channels.onPacket(0, ack, pair.now));
        assertThat(violation.reason()).isEqualTo(CloseReason.ACK_OF_UNSENT);
    }

    @Test
    void refusesResumeFromAnAgent() {
        var pair = new SimulatedPair(1, Path.of(25, 0, 0, 0));
        byte[] resume = packet(new Frame.Resume(1, new SpoolId(1, 2), 3));

        assertThat(catchThrowableOfType(
                        ProtocolViolation.class, () -> pair.collector.channels.onPacket(0, resume, pair.now)))
                .isNotNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void survivesAnyFramesOrRefusesThem(int seed) {
        var random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            var pair = new SimulatedPair(seed, Path.of(25, 0, 0, 0));
            ReliableChannels channels = pair.agent.channels;
            channels.offer(1, SimulatedPair.noise(random, 1, 20_000));
            try {
                for (int number = 0; number < 100; number++) {
                    pair.now += random.nextInt(100) * MILLI;
                    while (channels.nextPacket(pair.agent.nextNumber, SPACE_BYTES, pair.now) != null) {
                        pair.agent.nextNumber++;
                    }
                    channels.onPacket(random.nextInt(200), packet(hostile(random)), pair.now);
                    assertThat(channels.nextDeadlineNanos()).isPositive();
                }
            } catch (ProtocolViolation refused) {
                assertThat(refused.reason()).isBetween(CloseReason.FRAME_SYNTAX, CloseReason.STREAM_CONFLICT);
            }
        }
    }

    private static Frame hostile(Random random) {
        int channel = random.nextInt(2);
        byte[] data = new byte[random.nextInt(200)];
        random.nextBytes(data);
        long number = random.nextInt(20);
        return switch (random.nextInt(7)) {
            case 0 -> new Ack(random.nextLong(1L << 32), List.of(new Range(number / 2, number)));
            case 1 -> new Frame.Stream(channel, random.nextInt(20_000), data);
            case 2 -> new Frame.Stream(channel, 0, new byte[random.nextInt(1_000)]);
            case 3 -> new Frame.Window(channel, random.nextLong(1L << 48));
            case 4 -> new Frame.Resume(channel, new SpoolId(1, number), number);
            case 5 -> new Frame.Applied(channel, random.nextLong(Long.MAX_VALUE));
            default -> new Frame.Ping();
        };
    }

    private static byte[] packet(Frame... frames) {
        return FrameCodec.encodePacket(List.of(frames));
    }

    @Test
    void keepsNoStreamAtRestAndGoesOnWhereItWas() {
        var pair = new SimulatedPair(1, Path.of(25, 10, 0.1, 0.05));
        List<StreamRecord> all = records(new Random(1), 30, 9_000);
        for (int i = 0; i < all.size(); i++) {
            int count = i + 1;
            pair.agent.toSend.get(1).add(all.get(i));
            assertThat(pair.run(
                            MINUTE,
                            () -> pair.agent.channels.idle()
                                    && pair.collector.channels.idle()
                                    && pair.collector.received.get(1).size() == count))
                    .isTrue();
            assertThat((Object[]) Right.get(Right.get(pair.agent.channels, "sending"), "streams"))
                    .containsOnlyNulls();
            assertThat((Object[]) Right.get(Right.get(pair.collector.channels, "receiving"), "streams"))
                    .containsOnlyNulls();
        }
        assertThat(pair.collector.received.get(1)).isEqualTo(all);
    }

    private static List<StreamRecord> records(Random random, int count, int maxBytes) {
        var records = new ArrayList<StreamRecord>();
        for (int seq = 1; seq <= count; seq++) {
            byte[] body = new byte[random.nextInt(maxBytes)];
            if (random.nextBoolean()) {
                random.nextBytes(body);
            } else {
                Arrays.fill(body, (byte) seq);
            }
            records.add(new StreamRecord(seq, RecordType.FACTS, body));
        }
        return records;
    }
}
