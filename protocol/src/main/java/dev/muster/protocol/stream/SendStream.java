package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame;
import org.jspecify.annotations.Nullable;

/** The sending half of a channel: bytes kept until acknowledged, lost ones sent before new ones, within the credit. */
final class SendStream {
    private final int channel;
    private final OffsetBuffer bytes = new OffsetBuffer();

    /** Acknowledged ranges above the buffer's base. */
    private final RangeSet acked = new RangeSet();

    private final RangeSet lost = new RangeSet();
    private long nextOffset;
    private long endOffset;
    private long creditOffset;

    /** A stream of which the bytes below an offset have arrived. */
    SendStream(int channel, long startOffset, long creditOffset) {
        this.channel = channel;
        this.nextOffset = startOffset;
        this.endOffset = startOffset;
        this.creditOffset = creditOffset;
        bytes.advance(startOffset);
    }

    void append(byte[] data) {
        bytes.write(endOffset, data, 0, data.length);
        endOffset += data.length;
    }

    long endOffset() {
        return endOffset;
    }

    /** Accepted and not acknowledged; counts from the oldest un-acked byte. */
    int unackedBytes() {
        return (int) (endOffset - bytes.base());
    }

    /** Bytes may be sent below this offset; credit only grows. */
    void credit(long maxOffset) {
        creditOffset = Math.max(creditOffset, maxOffset);
    }

    boolean sendable() {
        return !lost.isEmpty() || fresh();
    }

    /** Whether there are bytes to send that were never sent. */
    boolean fresh() {
        return nextOffset < Math.min(endOffset, creditOffset);
    }

    /** The next bytes to send, at most this many; null if there are none to send now. */
    Frame.@Nullable Stream take(int maxBytes) {
        if (!sendable() || maxBytes <= 0) {
            return null;
        }
        if (!lost.isEmpty()) {
            long start = lost.start(0);
            long end = Math.min(lost.end(0), start + maxBytes);
            lost.remove(start, end);
            return frame(start, end);
        }
        long start = nextOffset;
        nextOffset = Math.min(Math.min(endOffset, creditOffset), start + maxBytes);
        return frame(start, nextOffset);
    }

    void acked(long start, long end) {
        acked.add(Math.max(start, bytes.base()), end);
        lost.remove(start, end);
        if (!acked.isEmpty() && acked.start(0) == bytes.base()) {
            bytes.advance(acked.end(0));
            acked.removeFirst();
        }
        if (bytes.base() == endOffset) {
            bytes.free();
        }
    }

    /** These bytes have to be sent again, but for what was acknowledged otherwise. */
    void lost(long start, long end) {
        long from = Math.max(start, bytes.base());
        lost.add(from, end);
        for (int i = 0; i < acked.size(); i++) {
            lost.remove(acked.start(i), acked.end(i));
        }
    }

    private Frame.Stream frame(long start, long end) {
        byte[] data = new byte[(int) (end - start)];
        bytes.read(start, data, 0, data.length);
        return new Frame.Stream(channel, start, data);
    }
}
