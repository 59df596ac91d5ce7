package dev.muster.agent.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The spool against a list that never crashes: 20 seeds of 500 losses of power, at any byte of any write. */
class SpoolCrashTest {
    private static final int CRASHES = 500;
    private static final long MAX_BYTES = 64 << 10;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void losesNothingThatItAcknowledgedWhenWritesAreTorn(long seed) throws IOException {
        var run = new Run(seed, false);
        for (int i = 0; i < CRASHES; i++) {
            run.untilPowerLoss();
            run.checkAfterRestart();
        }
        assertThat(run.newSpools).as("a torn write is no damage").isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void losesNothingThatItAcknowledgedWhenWritesLeaveGarbage(long seed) throws IOException {
        var run = new Run(seed, true);
        for (int i = 0; i < CRASHES; i++) {
            run.untilPowerLoss();
            run.checkAfterRestart();
        }
        assertThat(run.newSpools).isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void givesBackNothingThatWasNotWrittenWhenAnyByteRots(long seed) throws IOException {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            var run = new Run(random.nextLong(), false);
            run.untilPowerLoss();
            run.disk.restart(run.random, false);
            SpoolId before = Spool.open(run.disk, MAX_BYTES, run.random).id();
            byte[] content = run.disk.content();
            if (random.nextInt(4) == 0) {
                run.disk.cutTo(random.nextInt(content.length));
            }
            for (int n = random.nextInt(3); n >= 0; n--) {
                run.disk.corrupt(random.nextInt(content.length), random.nextInt());
            }
            Spool spool = Spool.open(run.disk, MAX_BYTES, run.random);
            for (SpoolChannel channel : SpoolChannel.values()) {
                assertThat(run.everWritten).containsAll(live(held(spool, channel)));
            }
            assertThat(Spool.open(run.disk, MAX_BYTES, run.random).id()).isEqualTo(spool.id());
            assertThat(before).isNotNull();
        }
    }

    /** Random use of one spool beside a model of what must be in it. */
    private static final class Run {
        private final FakeDisk disk = new FakeDisk();
        private final Random random;
        private final boolean garbage;
        private final Map<SpoolChannel, Model> models = new EnumMap<>(SpoolChannel.class);
        private final List<String> everWritten = new ArrayList<>();
        private Spool spool;
        private String inFlight = "";
        private int newSpools;
        private int written;

        Run(long seed, boolean garbage) throws IOException {
            random = new Random(seed);
            this.garbage = garbage;
            for (SpoolChannel channel : SpoolChannel.values()) {
                models.put(channel, new Model());
            }
            spool = Spool.open(disk, MAX_BYTES, random);
        }

        void untilPowerLoss() {
            inFlight = "";
            disk.losePowerAfter(random.nextInt(8_000));
            try {
                while (true) {
                    step();
                }
            } catch (FakeDisk.PowerLoss expected) {
                // What happened just before is what the test is about.
            }
        }

        private void step() {
            SpoolChannel channel = random.nextInt(3) == 0 ? SpoolChannel.CONTROL : SpoolChannel.RESULTS;
            Model model = model(channel);
            switch (random.nextInt(8)) {
                case 0 -> peek(channel, model);
                case 1 -> applied(channel, model);
                case 2 -> resume(channel, model);
                default -> append(channel, model);
            }
        }

        private void append(SpoolChannel channel, Model model) {
            String key = random.nextInt(4) == 0 ? "" : "key" + random.nextInt(4);
            String body = key + "#" + written++ + "x".repeat(random.nextInt(300));
            inFlight = body;
            everWritten.add(body);
            if (spool.append(channel, 3, key, body.getBytes(UTF_8)) instanceof Append.Stored(long seq)) {
                model.append(seq, key, body);
            }
            inFlight = "";
        }

        private void peek(SpoolChannel channel, Model model) {
            List<StreamRecord> records = spool.peek(channel, model.first, 1 + random.nextInt(8), 1_000);
            records.forEach(record -> model.handed(record.seq()));
            records.forEach(r -> assertThat(text(r)).isEqualTo(model.at(r.seq())));
        }

        private void applied(SpoolChannel channel, Model model) {
            long through = model.first + random.nextInt(6);
            if (through < model.next()) {
                model.first = through + 1;
                spool.applied(channel, through);
            }
        }

        private void resume(SpoolChannel channel, Model model) {
            long next = model.first + random.nextInt((int) (model.next() - model.first) + 1);
            model.first = next;
            model.handed.clear();
            assertThat(spool.resume(channel, spool.id(), next)).isEqualTo(new Resumption.SendFrom(next));
        }

        void checkAfterRestart() throws IOException {
            SpoolId before = spool.id();
            disk.restart(random, garbage);
            spool = Spool.open(disk, MAX_BYTES, random);
            boolean isNew = !spool.id().equals(before);
            newSpools += isNew ? 1 : 0;
            for (SpoolChannel channel : SpoolChannel.values()) {
                List<String> found = held(spool, channel);
                if (isNew) {
                    model(channel).checkContent(found, inFlight);
                } else {
                    model(channel).check(found, firstOf(channel), inFlight);
                }
                model(channel).become(found, firstOf(channel), spool.nextSeq(channel));
            }
            spool = Spool.open(disk, MAX_BYTES, random);
        }

        private long firstOf(SpoolChannel channel) {
            return spool.nextSeq(channel) - held(spool, channel).size();
        }

        @SuppressWarnings("NullAway") // the map holds every channel
        private Model model(SpoolChannel channel) {
            return models.get(channel);
        }
    }

    /** Everything ever appended, by number; NOP is the empty text. */
    private static final class Model {
        private final List<String> bodies = new ArrayList<>();
        private final Map<String, Long> newest = new HashMap<>();
        private final Set<Long> handed = new HashSet<>();
        private long first = 1;

        long next() {
            return bodies.size() + 1L;
        }

        String at(long seq) {
            return bodies.get((int) seq - 1);
        }

        void handed(long seq) {
            handed.add(seq);
        }

        void append(long seq, String key, String body) {
            assertThat(seq).isEqualTo(next());
            bodies.add(body);
            if (key.isEmpty()) {
                return;
            }
            Long older = newest.put(key, seq);
            if (older != null && older >= first && !handed.contains(older)) {
                bodies.set((int) (older - 1), "");
            }
        }

        /** A lost TRIM may bring older ones back; the append that was under way may be there or not, but nothing else may differ. */
        void check(List<String> found, long foundFirst, String inFlight) {
            assertThat(foundFirst).isLessThanOrEqualTo(first);
            List<String> expected = new ArrayList<>(bodies.subList((int) foundFirst - 1, bodies.size()));
            if (found.size() == expected.size() + 1) {
                assertThat(found.getLast()).isEqualTo(inFlight);
                supersededBy(inFlight, expected, foundFirst);
                expected.add(inFlight);
            }
            assertThat(found).isEqualTo(expected);
        }

        private void supersededBy(String inFlight, List<String> expected, long foundFirst) {
            Long older = newest.get(inFlight.substring(0, inFlight.indexOf('#')));
            if (older != null && older >= first && !handed.contains(older)) {
                expected.set((int) (older - foundFirst), "");
            }
        }

        /** After damage: all that is still owed is there, in order. */
        void checkContent(List<String> found, String inFlight) {
            List<String> owed = new ArrayList<>(live(bodies.subList((int) first - 1, bodies.size())));
            assertThat(found).doesNotContain("");
            if (!inFlight.isEmpty() && found.contains(inFlight)) {
                owed.removeIf(body -> !found.contains(body));
                owed.add(inFlight);
            }
            assertThat(found).endsWith(owed.toArray(String[]::new));
        }

        void become(List<String> found, long foundFirst, long next) {
            bodies.clear();
            handed.clear();
            newest.clear();
            for (long seq = 1; seq < next; seq++) {
                String body = seq < foundFirst ? "" : found.get((int) (seq - foundFirst));
                bodies.add(body);
                if (!body.isEmpty() && !body.startsWith("#")) {
                    newest.put(body.substring(0, body.indexOf('#')), seq);
                }
            }
            first = foundFirst;
        }
    }

    private static List<String> held(Spool spool, SpoolChannel channel) {
        return spool.peek(channel, 1, Integer.MAX_VALUE, Integer.MAX_VALUE).stream()
                .map(SpoolCrashTest::text)
                .toList();
    }

    private static List<String> live(List<String> bodies) {
        return bodies.stream().filter(body -> !body.isEmpty()).toList();
    }

    private static String text(StreamRecord record) {
        return record.type() == Spool.NOP ? "" : new String(record.body(), UTF_8);
    }
}
