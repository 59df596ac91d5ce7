package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame;
import java.util.List;

/**
 * An ack-eliciting packet on its way: what to do again if it is lost.
 *
 * @param bytes UDP payload
 * @param largestAcked newest packet number that this packet acknowledged, or -1
 */
record SentPacket(long number, long sentNanos, int bytes, long largestAcked, List<Content> contents) {
    static final long NO_ACK = -1;

    /** A part of a packet. */
    sealed interface Content {
        /** Stream bytes from {@code start} to before {@code end}. */
        record Data(int channel, long start, long end) implements Content {}

        record Control(Frame frame) implements Content {}
    }
}
