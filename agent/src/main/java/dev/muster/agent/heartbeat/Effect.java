package dev.muster.agent.heartbeat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.Frame;
import java.time.Duration;

/** What the watch wants done, in this order. */
public sealed interface Effect {
    /** Send this. */
    record Beat(PublicKey to, Frame.Heartbeat frame) implements Effect {}

    /** It is overdue: perhaps it has forgotten the session, so try another handshake. */
    record Doubt(PublicKey of) implements Effect {}

    /**
     * Report it silent.
     *
     * @param silence since it was last heard, or first expected
     */
    record Silent(PublicKey who, Duration silence) implements Effect {}

    /**
     * Report it back.
     *
     * @param silence how long it was not heard
     */
    record Back(PublicKey who, Duration silence) implements Effect {}

    /**
     * This agent itself was held up, so that it cannot say who was silent meanwhile; what it says is put off.
     *
     * @param by how much later than planned it came to run
     */
    record HeldUp(Duration by) implements Effect {}
}
