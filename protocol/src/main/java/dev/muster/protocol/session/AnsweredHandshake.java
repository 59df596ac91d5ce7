package dev.muster.protocol.session;

import dev.muster.protocol.noise.Handshake;
import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;

/**
 * The reading half of a responder's handshake, done off the owner's thread: two of its three costly steps.
 *
 * @param init the packet, whose mac1 was right
 * @param noise ready to answer
 * @param payload what the initiator said
 */
record AnsweredHandshake(InitPacket init, Handshake.Responder noise, InitPayload payload) {
    /** Costs about 250 µs. */
    static AnsweredHandshake read(InitPacket init, byte[] packet, StaticKeys own) throws HandshakeFailure {
        var noise = new Handshake.Responder(InitPacket.prologue(packet), own, init.noise());
        return new AnsweredHandshake(init, noise, InitPayload.decode(noise.payload()));
    }

    PublicKey agent() {
        return noise.initiator();
    }
}
