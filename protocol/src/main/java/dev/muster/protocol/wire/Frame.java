package dev.muster.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/**
 * What a DATA packet carries once opened. Every frame starts with a type byte; all integers are big-endian, sizes in
 * bytes. Each nested record shows its layout; {@link FrameCodec} reads and writes it. A frame that can be constructed
 * can be encoded: the constructors throw {@link IllegalArgumentException} for values that do not fit.
 */
public sealed interface Frame {
    /** Offsets and packet numbers have 48 bits. */
    long MAX_48_BITS = (1L << 48) - 1;

    /** Control pre-empts results. */
    int CONTROL_CHANNEL = 0;

    int RESULT_CHANNEL = 1;
    int CHANNELS = 2;

    /** Whether the receiver has to acknowledge a packet that contains this frame. */
    default boolean ackEliciting() {
        return true;
    }

    /**
     * A run of filler.
     *
     * <pre>
     * +------+   +------+
     * | 0x00 |...| 0x00 |
     * +------+   +------+
     * </pre>
     */
    record Padding(int bytes) implements Frame {
        public Padding {
            require(bytes > 0, "padding of at least one byte");
        }

        @Override
        public boolean ackEliciting() {
            return false;
        }
    }

    /**
     * Asks for an acknowledgement.
     *
     * <pre>
     * +------+
     * | 0x01 |
     * +------+
     * </pre>
     */
    record Ping() implements Frame {}

    /**
     * Packets that arrived and whose content was kept. As in RFC 9000 section 19.3: a length counts the packets that
     * precede the newest one of its range, a gap is the number of missing packets less one.
     *
     * <pre>
     *  0      1            7              11      12              14
     * +------+------------+--------------+-------+---------------+------------------------+
     * | 0x02 | largest 6  | delay us 4   | n 1   | first length 2| n x (gap 2 | length 2) |
     * +------+------------+--------------+-------+---------------+------------------------+
     * n <= 32
     * </pre>
     *
     * @param delayMicros how long the receiver held back this acknowledgement of the largest packet, 32 bits unsigned
     * @param ranges newest first, not adjacent, 1 to 33 of them
     */
    record Ack(long delayMicros, List<Range> ranges) implements Frame {
        public static final int MAX_RANGES = 33;
        static final int MAX_STEP = 0xFFFF;

        /** Packet numbers from {@code first} to {@code last}, both included. */
        public record Range(long first, long last) {
            public Range {
                require(first >= 0 && first <= last && last <= MAX_48_BITS, "packet numbers in order");
                require(last - first <= MAX_STEP, "at most 65,536 packets in a range");
            }
        }

        public Ack {
            require(delayMicros >= 0 && delayMicros <= 0xFFFF_FFFFL, "delay of 32 bits");
            ranges = List.copyOf(ranges);
            require(!ranges.isEmpty() && ranges.size() <= MAX_RANGES, "1 to 33 ranges");
            for (int i = 1; i < ranges.size(); i++) {
                long gap = gap(ranges.get(i - 1), ranges.get(i));
                require(gap >= 0 && gap <= MAX_STEP, "ranges newest first, apart, at most 65,536 packets between");
            }
        }

        /** The newest packet number that is acknowledged. */
        public long largest() {
            return ranges.getFirst().last();
        }

        static long gap(Range newer, Range older) {
            return newer.first() - older.last() - 2;
        }

        @Override
        public boolean ackEliciting() {
            return false;
        }
    }

    /**
     * Bytes of a channel. The array is not copied and must not change.
     *
     * <pre>
     *  0      1       2          8       10
     * +------+-------+----------+-------+-------------+
     * | 0x03 | ch 1  | offset 6 | len 2 | bytes (len) |
     * +------+-------+----------+-------+-------------+
     * </pre>
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Stream(int channel, long offset, byte[] data) implements Frame {
        public static final int HEADER_BYTES = 10;

        public Stream {
            requireChannel(channel);
            require(data.length <= 0xFFFF, "at most 65,535 bytes of data");
            require(offset >= 0 && offset <= MAX_48_BITS - data.length, "offset of 48 bits");
        }

        /** Offset of the byte after the last one. */
        public long end() {
            return offset + data.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Stream s
                    && channel == s.channel
                    && offset == s.offset
                    && Arrays.equals(data, s.data);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(offset) * 31 + channel;
        }

        @Override
        public String toString() {
            return "Stream[channel=" + channel + ", offset=" + offset + ", bytes=" + data.length + "]";
        }
    }

    /**
     * Flow-control credit: the channel's bytes below this offset may be sent.
     *
     * <pre>
     *  0      1      2              8
     * +------+------+--------------+
     * | 0x04 | ch 1 | max offset 6 |
     * +------+------+--------------+
     * </pre>
     */
    record Window(int channel, long maxOffset) implements Frame {
        public Window {
            requireChannel(channel);
            require(maxOffset >= 0 && maxOffset <= MAX_48_BITS, "offset of 48 bits");
        }
    }

    /**
     * Collector to agent: the next durable sequence number that the collector wants of this spool.
     *
     * <pre>
     *  0      1      2             18           26
     * +------+------+-------------+------------+
     * | 0x05 | ch 1 | spool id 16 | next seq 8 |
     * +------+------+-------------+------------+
     * </pre>
     */
    record Resume(int channel, SpoolId spool, long nextSeq) implements Frame {
        public Resume {
            requireChannel(channel);
            requireSeq(nextSeq);
        }
    }

    /**
     * The channel's durable records through this sequence number are stored for good.
     *
     * <pre>
     *  0      1      2       10
     * +------+------+-------+
     * | 0x06 | ch 1 | seq 8 |
     * +------+------+-------+
     * </pre>
     */
    record Applied(int channel, long seq) implements Frame {
        public Applied {
            requireChannel(channel);
            requireSeq(seq);
        }
    }

    /**
     * Proof of life between neighbours; neither acknowledged nor sent again.
     *
     * <pre>
     *  0      1         2       6               10             18
     * +------+---------+-------+---------------+--------------+
     * | 0x07 | flags 1 | seq 4 | interval ms 4 | uptime ms 8  |
     * +------+---------+-------+---------------+--------------+
     * </pre>
     *
     * @param flags {@link #ANSWER}; other bits are for later versions and ignored
     * @param seq counts the sender's beats from its start, 32 bits unsigned
     * @param intervalMillis how often the sender beats, 32 bits unsigned
     * @param uptimeMillis since the sender's start
     */
    record Heartbeat(int flags, long seq, long intervalMillis, long uptimeMillis) implements Frame {
        /** The sender has not heard from the receiver for too long: beat at once. */
        public static final int ANSWER = 1;

        public Heartbeat {
            require(flags >= 0 && flags <= 0xFF, "flags of 8 bits");
            require(seq >= 0 && seq <= 0xFFFF_FFFFL, "sequence number of 32 bits");
            require(intervalMillis >= 0 && intervalMillis <= 0xFFFF_FFFFL, "interval of 32 bits");
            require(uptimeMillis >= 0, "uptime of 63 bits");
        }

        @Override
        public boolean ackEliciting() {
            return false;
        }
    }

    /**
     * Asks whoever holds the session at an address to return the data.
     *
     * <pre>
     * +------+--------+
     * | 0x08 | data 8 |
     * +------+--------+
     * </pre>
     */
    record PathChallenge(long data) implements Frame {}

    /**
     * The answer to a {@link PathChallenge}.
     *
     * <pre>
     * +------+--------+
     * | 0x09 | data 8 |
     * +------+--------+
     * </pre>
     */
    record PathResponse(long data) implements Frame {}

    /**
     * The sender forgets the session. The text is the peer's word: escape control characters before showing it.
     *
     * <pre>
     *  0      1          3       4
     * +------+----------+-------+-------------+
     * | 0x0A | reason 2 | len 1 | UTF-8 (len) |
     * +------+----------+-------+-------------+
     * </pre>
     *
     * @param reason see {@link CloseReason}
     */
    record Close(int reason, String text) implements Frame {
        public static final int MAX_TEXT_BYTES = 255;

        public Close {
            require(reason >= 0 && reason <= 0xFFFF, "reason of 16 bits");
            require(text.getBytes(UTF_8).length <= MAX_TEXT_BYTES, "at most 255 bytes of text");
        }

        /** Cuts a text that is too long. */
        public static Close truncated(int reason, String text) {
            int end = Math.min(text.length(), MAX_TEXT_BYTES);
            while (text.substring(0, end).getBytes(UTF_8).length > MAX_TEXT_BYTES) {
                end = text.offsetByCodePoints(end, -1);
            }
            return new Close(reason, text.substring(0, end));
        }
    }

    /**
     * A frame of a later version, skipped by those who do not know it.
     *
     * <pre>
     *  0           1       3
     * +-----------+-------+-------------+
     * | 0x80-0xFF | len 2 | bytes (len) |
     * +-----------+-------+-------------+
     * </pre>
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Extension(int type, byte[] data) implements Frame {
        public Extension {
            require(type >= 0x80 && type <= 0xFF, "extension types are 0x80 to 0xFF");
            require(data.length <= 0xFFFF, "at most 65,535 bytes of data");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Extension e && type == e.type && Arrays.equals(data, e.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data) * 31 + type;
        }
    }

    private static void require(boolean condition, String expected) {
        if (!condition) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }

    private static void requireChannel(int channel) {
        require(channel >= 0 && channel < CHANNELS, "channel 0 or 1");
    }

    private static void requireSeq(long seq) {
        require(seq >= 0, "sequence number of 63 bits");
    }
}
