package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.protocol.wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordReaderTest {
    private static final int MAX_BODY = 1_000;
    private static final int MAX_RAW = 4_000;

    private final List<StreamRecord> records = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();
    private final RecordReader reader = new RecordReader(MAX_BODY, MAX_RAW, new RecordReader.Sink() {
        @Override
        public void record(StreamRecord record) {
            records.add(record);
        }

        @Override
        public void dead(long seq, int type, String error) {
            dead.add(seq + " " + type + " " + error);
        }
    });

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void cutsRecordsWhateverThePieces(int seed) throws ProtocolViolation {
        var random = new Random(seed);
        var sent = new ArrayList<StreamRecord>();
        var bytes = ByteBuffer.allocate(60 * (MAX_BODY + 20));
        for (int seq = 1; seq <= 50; seq++) {
            StreamRecord record = random.nextBoolean()
                    ? SimulatedPair.noise(random, seq, random.nextInt(MAX_BODY))
                    : new StreamRecord(seq, RecordType.LIST, new byte[random.nextInt(MAX_RAW)]);
            sent.add(record);
            bytes.put(RecordCodec.encode(record));
        }
        for (int at = 0; at < bytes.position(); ) {
            int length = Math.min(1 + random.nextInt(400), bytes.position() - at);
            reader.feed(bytes.array(), at, length);
            at += length;
        }
        assertThat(records).isEqualTo(sent);
        assertThat(dead).isEmpty();
        assertThat(reader.atBoundary()).isTrue();
    }

    @ParameterizedTest(name = "{5}")
    @CsvSource({
        "9, 0, 0, 1001, 1001, body of 1001 bytes",
        "9, 1, 0, 4001, 10, record of 4001 bytes",
        "9, 0, 0, 11, 10, raw body of 10 bytes",
        "9, 2, 0, 10, 10, unknown encoding 2",
        "9, 0, 1, 10, 10, or flags 1",
        "9, 1, 0, 10, 10, bad deflate",
        "9, 1, 0, 10, 0, bad deflate",
    })
    void skipsADeadRecordAndGoesOn(long seq, int encoding, int flags, int raw, int body, String error)
            throws ProtocolViolation {
        byte[] next = RecordCodec.encode(new StreamRecord(10, RecordType.NOP, new byte[0]));
        byte[] all = ByteBuffer.allocate(20 + body + next.length)
                .put(header(seq, encoding, flags, raw, body))
                .put(new byte[body])
                .put(next)
                .array();
        reader.feed(all, 0, all.length);

        assertThat(dead).singleElement().asString().startsWith("9 3 ").contains(error);
        assertThat(records).extracting(StreamRecord::seq).containsExactly(10L);
    }

    @Test
    void skipsFourGigabytesWithoutKeepingThem() throws ProtocolViolation {
        reader.feed(header(1, RecordCodec.RAW, 0, -1, -1), 0, 20);
        assertThat(reader.arrivingBytes()).as("needs no grant").isZero();
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 4_095; i++) {
            reader.feed(piece, 0, piece.length);
        }
        assertThat(dead).isEmpty();
        reader.feed(piece, 0, piece.length - 1);
        assertThat(dead).hasSize(1);
        assertThat(reader.atBoundary()).isTrue();
    }

    @Test
    void appliesNewLimitsToTheNextRecord() throws ProtocolViolation {
        byte[] record = RecordCodec.encode(SimulatedPair.noise(new Random(1), 1, 500));
        reader.feed(record, 0, 30);
        reader.limits(400, 400);
        reader.feed(record, 30, record.length - 30);
        reader.feed(record, 0, record.length);

        assertThat(records).hasSize(1);
        assertThat(dead).hasSize(1);
    }

    @Test
    void refusesANegativeSequenceNumber() {
        byte[] header = header(-1, RecordCodec.RAW, 0, 0, 0);

        assertThatExceptionOfType(ProtocolViolation.class).isThrownBy(() -> reader.feed(header, 0, header.length));
    }

    private static byte[] header(long seq, int encoding, int flags, int rawLength, int bodyLength) {
        return ByteBuffer.allocate(20)
                .putLong(seq)
                .putShort((short) RecordType.FACTS)
                .put((byte) encoding)
                .put((byte) flags)
                .putInt(rawLength)
                .putInt(bodyLength)
                .array();
    }
}
