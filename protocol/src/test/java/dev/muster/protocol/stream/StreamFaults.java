package dev.muster.protocol.stream;

import dev.muster.protocol.fault.Right;
import dev.muster.protocol.wire.Frame;
import java.util.Objects;

/** Broken methods of this package's classes. */
final class StreamFaults {
    private StreamFaults() {}

    /** What was not kept is acknowledged. */
    static boolean retain(ReceiveSide self, Frame.Stream frame) {
        Right.call(self, "retain", frame);
        return true;
    }

    /** Large records wait for nothing. */
    static boolean waitsForGrant(ReceiveStream self) {
        return Objects.isNull(self);
    }

    /** What is lost stays lost. */
    static void requeue(SendSide self, SentPacket packet) {
        self.recovery().numberUsed(packet.number());
    }

    /** A rekey begins the streams anew, on the responder's side. */
    static void sessionReplaced(ReliableChannels self, long nowNanos) {
        Right.call(self, "sessionReplaced", nowNanos);
        if (Right.get(self, "role") == Role.RESPONDER) {
            self.restart();
        }
    }
}
