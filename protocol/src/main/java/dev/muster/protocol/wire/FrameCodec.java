package dev.muster.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.Frame.Ack.Range;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames to plaintext of a DATA packet and back. The layouts stand at the records of {@link Frame}; this is the only
 * code that reads or writes them.
 */
public final class FrameCodec {
    /** A DATA packet has at least 40 bytes: 16 of header, 16 of tag, and these. */
    public static final int MIN_PLAINTEXT_BYTES = 8;

    static final int PADDING = 0x00;
    static final int PING = 0x01;
    static final int ACK = 0x02;
    static final int STREAM = 0x03;
    static final int WINDOW = 0x04;
    static final int RESUME = 0x05;
    static final int APPLIED = 0x06;
    static final int HEARTBEAT = 0x07;
    static final int PATH_CHALLENGE = 0x08;
    static final int PATH_RESPONSE = 0x09;
    static final int CLOSE = 0x0A;
    static final int FIRST_EXTENSION = 0x80;

    private FrameCodec() {}

    /** The frames one after the other, nothing added. */
    public static byte[] encode(List<? extends Frame> frames) {
        return encode(frames, 0);
    }

    /** The frames and as much padding as a DATA packet needs. */
    public static byte[] encodePacket(List<? extends Frame> frames) {
        return encode(frames, MIN_PLAINTEXT_BYTES);
    }

    private static byte[] encode(List<? extends Frame> frames, int minBytes) {
        int size = frames.stream().mapToInt(FrameCodec::encodedBytes).sum();
        ByteBuffer out = ByteBuffer.allocate(Math.max(size, minBytes));
        frames.forEach(frame -> write(frame, out));
        return out.array();
    }

    /** Size of the frame on the wire, type byte included. */
    public static int encodedBytes(Frame frame) {
        return switch (frame) {
            case Frame.Padding p -> p.bytes();
            case Frame.Ping _ -> 1;
            case Ack a -> 14 + 4 * (a.ranges().size() - 1);
            case Frame.Stream s -> Frame.Stream.HEADER_BYTES + s.data().length;
            case Frame.Window _ -> 8;
            case Frame.Resume _ -> 2 + SpoolId.BYTES + 8;
            case Frame.Applied _ -> 10;
            case Frame.Heartbeat _ -> 18;
            case Frame.PathChallenge _ -> 9;
            case Frame.PathResponse _ -> 9;
            case Frame.Close c -> 4 + c.text().getBytes(UTF_8).length;
            case Frame.Extension e -> 3 + e.data().length;
        };
    }

    private static void write(Frame frame, ByteBuffer out) {
        switch (frame) {
            case Frame.Padding p -> out.position(out.position() + p.bytes());
            case Frame.Ping _ -> out.put((byte) PING);
            case Ack a -> writeAck(a, out);
            case Frame.Stream s -> {
                out.put((byte) STREAM).put((byte) s.channel());
                put48(out, s.offset()).putShort((short) s.data().length).put(s.data());
            }
            case Frame.Window w -> put48(out.put((byte) WINDOW).put((byte) w.channel()), w.maxOffset());
            case Frame.Resume r ->
                out.put((byte) RESUME)
                        .put((byte) r.channel())
                        .put(r.spool().toBytes())
                        .putLong(r.nextSeq());
            case Frame.Applied a ->
                out.put((byte) APPLIED).put((byte) a.channel()).putLong(a.seq());
            case Frame.Heartbeat h ->
                out.put((byte) HEARTBEAT)
                        .put((byte) h.flags())
                        .putInt((int) h.seq())
                        .putInt((int) h.intervalMillis())
                        .putLong(h.uptimeMillis());
            case Frame.PathChallenge c -> out.put((byte) PATH_CHALLENGE).putLong(c.data());
            case Frame.PathResponse r -> out.put((byte) PATH_RESPONSE).putLong(r.data());
            case Frame.Close c -> {
                byte[] text = c.text().getBytes(UTF_8);
                out.put((byte) CLOSE)
                        .putShort((short) c.reason())
                        .put((byte) text.length)
                        .put(text);
            }
            case Frame.Extension e ->
                out.put((byte) e.type()).putShort((short) e.data().length).put(e.data());
        }
    }

    private static void writeAck(Ack ack, ByteBuffer out) {
        List<Range> ranges = ack.ranges();
        put48(out.put((byte) ACK), ack.largest()).putInt((int) ack.delayMicros());
        out.put((byte) (ranges.size() - 1)).putShort(length(ranges.getFirst()));
        for (int i = 1; i < ranges.size(); i++) {
            out.putShort((short) Ack.gap(ranges.get(i - 1), ranges.get(i))).putShort(length(ranges.get(i)));
        }
    }

    private static short length(Range range) {
        return (short) (range.last() - range.first());
    }

    /** Reads a whole plaintext; an unknown extension is returned as such, a run of padding as one frame. */
    public static List<Frame> decode(byte[] plaintext) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(plaintext);
        var frames = new ArrayList<Frame>();
        try {
            while (in.hasRemaining()) {
                frames.add(read(in));
            }
        } catch (BufferUnderflowException cut) {
            throw syntax("frame cut short");
        } catch (IllegalArgumentException outOfBounds) {
            throw syntax(String.valueOf(outOfBounds.getMessage()));
        }
        return frames;
    }

    private static Frame read(ByteBuffer in) throws ProtocolViolation {
        int type = u8(in);
        return switch (type) {
            case PADDING -> readPadding(in);
            case PING -> new Frame.Ping();
            case ACK -> readAck(in);
            case STREAM -> new Frame.Stream(u8(in), u48(in), bytes(in, u16(in)));
            case WINDOW -> new Frame.Window(u8(in), u48(in));
            case RESUME -> new Frame.Resume(u8(in), SpoolId.read(in), in.getLong());
            case APPLIED -> new Frame.Applied(u8(in), in.getLong());
            case HEARTBEAT -> new Frame.Heartbeat(u8(in), u32(in), u32(in), in.getLong());
            case PATH_CHALLENGE -> new Frame.PathChallenge(in.getLong());
            case PATH_RESPONSE -> new Frame.PathResponse(in.getLong());
            case CLOSE -> new Frame.Close(u16(in), text(bytes(in, u8(in))));
            default -> readExtension(type, in);
        };
    }

    private static Frame readPadding(ByteBuffer in) {
        int start = in.position() - 1;
        while (in.hasRemaining() && in.get(in.position()) == PADDING) {
            in.get();
        }
        return new Frame.Padding(in.position() - start);
    }

    private static Frame readAck(ByteBuffer in) {
        long last = u48(in);
        long delayMicros = u32(in);
        int more = u8(in);
        long first = last - u16(in);
        var ranges = new ArrayList<Range>();
        ranges.add(new Range(first, last));
        for (int i = 0; i < more; i++) {
            last = first - u16(in) - 2;
            first = last - u16(in);
            ranges.add(new Range(first, last));
        }
        return new Ack(delayMicros, ranges);
    }

    private static Frame readExtension(int type, ByteBuffer in) throws ProtocolViolation {
        if (type < FIRST_EXTENSION) {
            throw syntax("unknown frame type " + type);
        }
        return new Frame.Extension(type, bytes(in, u16(in)));
    }

    private static String text(byte[] utf8) throws ProtocolViolation {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw syntax("text is not UTF-8");
        }
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int u8(ByteBuffer in) {
        return in.get() & 0xFF;
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & 0xFFFF;
    }

    private static long u32(ByteBuffer in) {
        return in.getInt() & 0xFFFF_FFFFL;
    }

    private static long u48(ByteBuffer in) {
        return ((long) u16(in) << 32) | u32(in);
    }

    private static ByteBuffer put48(ByteBuffer out, long value) {
        return out.putShort((short) (value >>> 32)).putInt((int) value);
    }

    private static ProtocolViolation syntax(String message) {
        return new ProtocolViolation(CloseReason.FRAME_SYNTAX, message);
    }
}
