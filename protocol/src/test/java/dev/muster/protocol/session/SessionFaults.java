package dev.muster.protocol.session;

import dev.muster.protocol.fault.Right;
import dev.muster.protocol.wire.ResetPacket;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Broken methods of this package's classes. */
final class SessionFaults {
    private static final int SEALS_UNTIL_REUSE = 16;

    /** Two back, once a session: for the same counter twice in a row the JDK's cipher refuses to work. */
    private static final Set<SecureSession> REUSED = new HashSet<>();

    private SessionFaults() {}

    /** A responder sends on a session as soon as it has answered, though the INIT may be a replay. */
    static void respond(
            HandshakeAnswerer self,
            InetSocketAddress from,
            AnsweredHandshake handshake,
            long sid,
            boolean continues,
            byte[] message) {
        Right.call(self, "respond", from, handshake, sid, continues, message);
        if (continues) {
            Object endpoint = Right.get(Right.get(self, "sessions"), "this$0");
            var key = new Association.Key(handshake.agent(), handshake.payload().spool());
            var waiting = (Unconfirmed) Right.get(self, "unconfirmed");
            Unconfirmed.Entry entry = waiting.find(sid).orElseThrow();
            waiting.remove(sid);
            Object held = Objects.requireNonNull(((Map<?, ?>) Right.get(endpoint, "associations")).get(key));
            Right.call(endpoint, "rekey", held, entry, Right.get(endpoint, "latestNanos"));
        }
    }

    /** Any INIT has a good mac1. */
    static boolean verify(InitMac self, byte[] init) {
        return self != null && init.length > 0;
    }

    /** A counter seals twice. */
    static byte[] seal(SecureSession self, byte[] frames) {
        byte[] packet = (byte[]) Right.call(self, "seal", frames);
        if (self.nextCounter() == SEALS_UNTIL_REUSE && REUSED.add(self)) {
            Right.set(self, "nextCounter", self.nextCounter() - 2);
        }
        return packet;
    }

    /** RESET needs no token. */
    static void reset(InitiatorEndpoint self, ResetPacket packet, long nowNanos) {
        var current = (CurrentSession) Right.get(self, "current");
        byte[] token = current == null ? packet.token() : current.resetToken();
        Right.call(self, "reset", new ResetPacket(packet.sid(), token), nowNanos);
    }

    /** A packet from elsewhere moves the session there. */
    static void heard(Paths self, InetSocketAddress from, int bytes, Paths.Order order, long nowNanos) {
        if (bytes > 0 && order == Paths.Order.NEWEST && nowNanos > 0) {
            self.moveTo(from);
        }
    }
}
