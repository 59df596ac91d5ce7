package dev.muster.protocol.stream;

import dev.muster.protocol.stream.RecordCodec.Header;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a channel's bytes into records. Holds at most one incomplete record; one over the limits is skipped as its bytes
 * arrive, without keeping them.
 */
final class RecordReader {
    private static final int FIRST_BODY_BYTES = 1 << 10;

    /** Where complete records go. */
    interface Sink {
        void record(StreamRecord record);

        void dead(long seq, int type, String error);
    }

    private final Sink sink;
    private final byte[] headerBytes = new byte[RecordCodec.HEADER_BYTES];
    private int headerFilled;
    private @Nullable Header header;
    private byte[] body = new byte[0];
    private long bodyFilled;
    private @Nullable String error;
    private int maxBodyBytes;
    private int maxRawBytes;

    RecordReader(int maxBodyBytes, int maxRawBytes, Sink sink) {
        this.sink = sink;
        limits(maxBodyBytes, maxRawBytes);
    }

    /** From the next header on. */
    void limits(int newMaxBodyBytes, int newMaxRawBytes) {
        maxBodyBytes = newMaxBodyBytes;
        maxRawBytes = newMaxRawBytes;
    }

    /** Size of the record that is arriving, header included; 0 if none is, or if it is being skipped. */
    int arrivingBytes() {
        return header == null || error != null ? 0 : RecordCodec.HEADER_BYTES + (int) header.bodyLength();
    }

    boolean atBoundary() {
        return headerFilled == 0;
    }

    /** Takes the next bytes of the channel. */
    void feed(byte[] data, int from, int length) throws ProtocolViolation {
        int at = from;
        int end = from + length;
        while (at < end) {
            at += header == null ? feedHeader(data, at, end) : feedBody(header, data, at, end);
            if (header != null && bodyFilled == header.bodyLength()) {
                finish(header);
            }
        }
    }

    private int feedHeader(byte[] data, int at, int end) throws ProtocolViolation {
        int count = Math.min(end - at, headerBytes.length - headerFilled);
        System.arraycopy(data, at, headerBytes, headerFilled, count);
        headerFilled += count;
        if (headerFilled == headerBytes.length) {
            header = RecordCodec.header(headerBytes);
            error = problem(header);
        }
        return count;
    }

    private int feedBody(Header of, byte[] data, int at, int end) {
        int count = (int) Math.min(end - at, of.bodyLength() - bodyFilled);
        if (error == null) {
            int filled = (int) bodyFilled;
            if (filled + count > body.length) {
                long wanted = Math.max(2L * body.length, Math.max(FIRST_BODY_BYTES, filled + count));
                body = Arrays.copyOf(body, (int) Math.min(wanted, of.bodyLength()));
            }
            System.arraycopy(data, at, body, filled, count);
        }
        bodyFilled += count;
        return count;
    }

    /** The state is clean before the sink is called: it may throw. */
    private void finish(Header of) {
        byte[] complete = body;
        String problem = error;
        header = null;
        headerFilled = 0;
        body = new byte[0];
        bodyFilled = 0;
        error = null;
        if (problem != null) {
            sink.dead(of.seq(), of.type(), problem);
            return;
        }
        byte[] raw;
        try {
            raw = of.encoding() == RecordCodec.RAW
                    ? complete
                    : RecordCodec.inflate(complete, (int) of.bodyLength(), (int) of.rawLength());
        } catch (DataFormatException e) {
            sink.dead(of.seq(), of.type(), "bad deflate: " + e.getMessage());
            return;
        }
        sink.record(new StreamRecord(of.seq(), of.type(), raw));
    }

    private @Nullable String problem(Header of) throws ProtocolViolation {
        if (of.seq() < 0) {
            throw new ProtocolViolation(CloseReason.FRAME_SYNTAX, "record sequence number over 63 bits");
        }
        if (of.encoding() > RecordCodec.DEFLATE || of.flags() != 0) {
            return "unknown encoding " + of.encoding() + " or flags " + of.flags();
        }
        if (of.bodyLength() > maxBodyBytes) {
            return "body of " + of.bodyLength() + " bytes, limit " + maxBodyBytes;
        }
        if (of.rawLength() > maxRawBytes) {
            return "record of " + of.rawLength() + " bytes, limit " + maxRawBytes;
        }
        if (of.encoding() == RecordCodec.RAW && of.rawLength() != of.bodyLength()) {
            return "raw body of " + of.bodyLength() + " bytes that claims " + of.rawLength();
        }
        return null;
    }
}
