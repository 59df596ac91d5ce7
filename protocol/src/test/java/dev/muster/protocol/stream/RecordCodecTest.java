package dev.muster.protocol.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.muster.protocol.stream.RecordCodec.Header;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordCodecTest {
    /** A stored block with "hello". */
    private static final byte[] STORED = HexFormat.of().parseHex("010500faff68656c6c6f");

    @Test
    void writesTheHeaderOfTheSpecification() {
        byte[] bytes = RecordCodec.encode(new StreamRecord(0x0102, 0x0304, new byte[] {7, 8}));

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0000000000000102" + "0304" + "00" + "00" + "00000002" + "00000002" + "0708");
        assertThat(RecordCodec.header(bytes)).isEqualTo(new Header(0x0102, 0x0304, RecordCodec.RAW, 0, 2, 2));
    }

    @Test
    void readsUnsignedNumbers() {
        byte[] header = HexFormat.of().parseHex("00000000000000ff" + "ffff" + "fe" + "fd" + "fffffffe" + "ffffffff");

        assertThat(RecordCodec.header(header))
                .isEqualTo(new Header(255, 0xFFFF, 0xFE, 0xFD, 0xFFFF_FFFEL, 0xFFFF_FFFFL));
    }

    @Test
    void deflatesABodyThatShrinks() throws DataFormatException {
        byte[] body = "package version architecture ".repeat(1_000).getBytes(UTF_8);
        byte[] bytes = RecordCodec.encode(new StreamRecord(1, RecordType.FACTS, body));
        Header header = RecordCodec.header(bytes);

        assertThat(header.encoding()).isEqualTo(RecordCodec.DEFLATE);
        assertThat(header.rawLength()).isEqualTo(body.length);
        assertThat(bytes).hasSize(20 + (int) header.bodyLength()).hasSizeLessThan(500);
        byte[] deflated = Arrays.copyOfRange(bytes, 20, bytes.length);
        assertThat(RecordCodec.inflate(deflated, deflated.length, body.length)).isEqualTo(body);
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 63, 64, 65, 5_000})
    void leavesABodyThatDoesNotShrink(int length) {
        StreamRecord record = SimulatedPair.noise(new Random(length), 1, length);
        byte[] bytes = RecordCodec.encode(record);

        assertThat(RecordCodec.header(bytes).encoding()).isEqualTo(RecordCodec.RAW);
        assertThat(Arrays.copyOfRange(bytes, 20, bytes.length)).isEqualTo(record.body());
    }

    @Test
    void refusesABodyOver4MebibytesEvenDeflated() {
        StreamRecord record = SimulatedPair.noise(new Random(1), 1, (4 << 20) + 1);

        assertThatIllegalArgumentException().isThrownBy(() -> RecordCodec.encode(record));
    }

    @Test
    void inflatesAStoredBlock() throws DataFormatException {
        assertThat(RecordCodec.inflate(STORED, STORED.length, 5)).asString().isEqualTo("hello");
    }

    @ParameterizedTest(name = "claimed {0} bytes")
    @ValueSource(ints = {0, 4, 6, 1 << 20})
    void refusesALengthThatIsNotTheClaimedOne(int claimed) {
        assertThatExceptionOfType(DataFormatException.class)
                .isThrownBy(() -> RecordCodec.inflate(STORED, STORED.length, claimed));
    }

    @Test
    void refusesABodyCutShortOrFollowedByMore() {
        assertThatExceptionOfType(DataFormatException.class)
                .isThrownBy(() -> RecordCodec.inflate(STORED, STORED.length - 1, 5));
        byte[] more = Arrays.copyOf(STORED, STORED.length + 1);
        assertThatExceptionOfType(DataFormatException.class)
                .isThrownBy(() -> RecordCodec.inflate(more, more.length, 5));
    }

    @Test
    void stopsABombOneByteAfterItsClaim() {
        byte[] bomb = deflatedZeros(64 << 20);
        assertThat(bomb).hasSizeLessThan(70_000);
        long before = allocatedBytes();

        assertThatExceptionOfType(DataFormatException.class)
                .isThrownBy(() -> RecordCodec.inflate(bomb, bomb.length, 100_000))
                .withMessageContaining("more than its header says");
        assertThat(allocatedBytes() - before).isLessThan(2_000_000);
    }

    @Test
    void takesNoMemoryForALargeClaimWithoutData() {
        long before = allocatedBytes();

        assertThatExceptionOfType(DataFormatException.class)
                .isThrownBy(() -> RecordCodec.inflate(STORED, STORED.length, StreamRecord.MAX_BODY_BYTES));
        assertThat(allocatedBytes() - before).isLessThan(1_000_000);
    }

    @Test
    void refusesRandomBytesWithTheDeclaredExceptionOnly() {
        var random = new Random(5_000);
        for (int i = 0; i < 5_000; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            int claimed = random.nextInt(1_000);
            try {
                assertThat(RecordCodec.inflate(body, body.length, claimed)).hasSize(claimed);
            } catch (DataFormatException refused) {
                assertThat(refused).hasNoCause();
            }
        }
    }

    private static byte[] deflatedZeros(int bytes) {
        var deflater = new Deflater(9, true);
        try {
            deflater.setInput(new byte[bytes]);
            deflater.finish();
            var out = new ByteArrayOutputStream();
            byte[] part = new byte[8_192];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static long allocatedBytes() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
