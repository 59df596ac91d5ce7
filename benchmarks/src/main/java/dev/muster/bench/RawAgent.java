package dev.muster.bench;

import dev.muster.protocol.noise.Handshake;
import dev.muster.protocol.noise.HandshakeFailure;
import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.noise.SessionKeys;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.InitPayload;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.RespPayload;
import dev.muster.protocol.wire.SpoolId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One session of an agent, without its endpoint: makes packets of a chosen size, ahead of time. */
final class RawAgent {
    private static final byte[] MAC1_LABEL = "muster mac1".getBytes(StandardCharsets.US_ASCII);
    private static final Frame.Heartbeat BEAT = new Frame.Heartbeat(0, 1, 1_000, 1_000);

    private final long sid = Parts.RANDOM.nextLong();
    private final Handshake.Initiator noise;
    private final byte[] init;
    private long remoteSid;
    private long counter;

    RawAgent() throws HandshakeFailure {
        var own = StaticKeys.generate(Parts.RANDOM);
        var ephemeral = StaticKeys.generate(Parts.RANDOM);
        byte[] header = InitPacket.header(InitPacket.ROLE_TO_COLLECTOR, sid);
        noise = new Handshake.Initiator(InitPacket.prologue(header), own, ephemeral, Parts.COLLECTOR.publicKey());
        var payload = new InitPayload(
                SpoolId.random(Parts.RANDOM), Parts.RANDOM.nextLong(), 0, Packets.MAX_BYTES, 0, CollectorRun.NONE);
        init = new InitPacket(InitPacket.ROLE_TO_COLLECTOR, sid, noise.write(payload.encode())).encode();
        byte[] key = Primitives.sha256(MAC1_LABEL, Parts.COLLECTOR.publicKey().toBytes());
        byte[] mac1 = Primitives.hmac(key, init, 0, InitPacket.MAC1_OFFSET);
        System.arraycopy(mac1, 0, init, InitPacket.MAC1_OFFSET, InitPacket.MAC_BYTES);
    }

    byte[] init() {
        return init.clone();
    }

    /** Takes the answer; packets may be made from now on. */
    SessionKeys answered(byte[] resp) throws HandshakeFailure {
        RespPacket packet = RespPacket.decode(resp).orElseThrow();
        remoteSid = RespPayload.decode(noise.read(packet.noise())).sid();
        return noise.keys();
    }

    /** A heartbeat, which nobody answers, padded to so many bytes. */
    byte[] packet(SessionKeys keys, int bytes) {
        int padding = bytes - DataPacket.OVERHEAD_BYTES - FrameCodec.encodedBytes(BEAT);
        byte[] frames = FrameCodec.encode(List.of(BEAT, new Frame.Padding(padding)));
        byte[] packet = DataPacket.allocate(remoteSid, counter, frames.length);
        keys.sending().seal(counter, packet, 0, Packets.HEADER_BYTES, frames, packet, Packets.HEADER_BYTES);
        counter++;
        return packet;
    }
}
