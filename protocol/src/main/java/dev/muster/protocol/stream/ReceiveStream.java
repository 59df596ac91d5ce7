package dev.muster.protocol.stream;

import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.ProtocolViolation;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a channel: puts bytes in order, hands them to the {@link RecordReader}, grants credit.
 *
 * <p>Credit is one window beyond the bytes in order, and stops while a record larger than the window arrives for which
 * the budget has no grant. So the ring, which comes out of the budget too, holds at most one window, the reader one window or a granted
 * record.
 */
final class ReceiveStream {
    /** Specification: bounds the work per packet that gaps cause. */
    static final int MAX_RANGES = 128;

    private final int channel;
    private final int windowBytes;
    private final ReceiveBudget budget;
    private final RecordReader reader;
    private final OffsetBuffer bytes = new OffsetBuffer();

    /** What the ring holds; all above {@link #inOrderOffset}. */
    private final RangeSet held = new RangeSet();

    private long inOrderOffset;
    private long creditOffset;
    private int grantedBytes;
    private int ringBytes;

    /** Whether bytes were missing when the last ones came. */
    private boolean gap;

    /** A stream of which the bytes below an offset, where a record ended, have arrived. */
    ReceiveStream(int channel, StreamLimits limits, RecordReader reader, long inOrderOffset, long creditOffset) {
        this.channel = channel;
        this.windowBytes = limits.windowBytes();
        this.budget = limits.budget();
        this.reader = reader;
        this.inOrderOffset = inOrderOffset;
        this.creditOffset = creditOffset;
        bytes.advance(inOrderOffset);
    }

    /** False if the bytes were not kept: the packet must not be acknowledged. */
    boolean retain(Frame.Stream frame) throws ProtocolViolation {
        if (frame.end() > creditOffset) {
            throw new ProtocolViolation(
                    CloseReason.FLOW_CONTROL, "channel " + channel + " beyond its credit of " + creditOffset);
        }
        gap = !held.isEmpty();
        long start = Math.max(frame.offset(), inOrderOffset);
        if (start >= frame.end()) {
            return true;
        }
        checkOverlap(frame, start);
        if (start == inOrderOffset) {
            deliver(frame.data(), (int) (start - frame.offset()), (int) (frame.end() - start));
            deliverHeld();
            return true;
        }
        if (held.sizeWith(start, frame.end()) > MAX_RANGES || !reserveRing(frame.end())) {
            return false;
        }
        bytes.write(start, frame.data(), (int) (start - frame.offset()), (int) (frame.end() - start));
        held.add(start, frame.end());
        return true;
    }

    /** To refuse bytes out of order costs the sender time, but never blocks what comes in order: nobody waits for anybody for ever. */
    private boolean reserveRing(long end) {
        int missing = bytes.growthBytes(end);
        if (missing > 0 && !budget.reserve(missing)) {
            return false;
        }
        ringBytes += missing;
        return true;
    }

    /** A larger credit to announce, when it is worth a frame; null otherwise. */
    Frame.@Nullable Window newCredit() {
        long wanted = inOrderOffset + windowBytes;
        if (wanted - creditOffset < windowBytes / 2 || waitsForGrant()) {
            return null;
        }
        creditOffset = wanted;
        return new Frame.Window(channel, wanted);
    }

    /** Whether credit is held back until the budget has room: ask {@link #newCredit} again later. */
    boolean stalled() {
        return inOrderOffset + windowBytes - creditOffset >= windowBytes / 2 && needsGrant();
    }

    /**
     * Whether the sender waits to hear of the last bytes. At a record's end with nothing missing it probably has nothing more; while bytes are
     * missing, and when they come, each acknowledgement that is late or lost holds it up (RFC 5681 section 4.2).
     */
    boolean awaited() {
        return gap || !held.isEmpty() || quiet();
    }

    /** At a record's end with nothing missing: the offsets are all there is to know. */
    boolean quiet() {
        return held.isEmpty() && reader.atBoundary();
    }

    long inOrderOffset() {
        return inOrderOffset;
    }

    long creditOffset() {
        return creditOffset;
    }

    /** From the next record on. */
    void recordLimits(int maxBodyBytes, int maxRawBytes) {
        reader.limits(maxBodyBytes, maxRawBytes);
    }

    void dispose() {
        releaseGrant();
        freeRing();
    }

    private void releaseGrant() {
        budget.release(grantedBytes);
        grantedBytes = 0;
    }

    private void freeRing() {
        bytes.free();
        budget.release(ringBytes);
        ringBytes = 0;
    }

    private void checkOverlap(Frame.Stream frame, long from) throws ProtocolViolation {
        for (int i = 0; i < held.size(); i++) {
            long start = Math.max(from, held.start(i));
            long end = Math.min(frame.end(), held.end(i));
            int length = (int) (end - start);
            if (length > 0 && !bytes.matches(start, frame.data(), (int) (start - frame.offset()), length)) {
                throw new ProtocolViolation(
                        CloseReason.STREAM_CONFLICT, "channel " + channel + " differs at offset " + start);
            }
        }
    }

    private void deliverHeld() throws ProtocolViolation {
        held.remove(0, inOrderOffset);
        if (!held.isEmpty() && held.start(0) == inOrderOffset) {
            byte[] run = new byte[(int) (held.end(0) - inOrderOffset)];
            bytes.read(inOrderOffset, run, 0, run.length);
            held.removeFirst();
            deliver(run, 0, run.length);
        }
        if (held.isEmpty()) {
            freeRing();
        }
    }

    private void deliver(byte[] data, int from, int length) throws ProtocolViolation {
        inOrderOffset += length;
        bytes.advance(inOrderOffset);
        reader.feed(data, from, length);
        if (!largeRecord()) {
            releaseGrant();
        }
    }

    private boolean largeRecord() {
        return reader.arrivingBytes() > windowBytes;
    }

    private boolean needsGrant() {
        return largeRecord() && grantedBytes < reader.arrivingBytes();
    }

    private boolean waitsForGrant() {
        if (!needsGrant()) {
            return false;
        }
        int missing = reader.arrivingBytes() - grantedBytes;
        if (!budget.reserve(missing)) {
            return true;
        }
        grantedBytes += missing;
        return false;
    }
}
