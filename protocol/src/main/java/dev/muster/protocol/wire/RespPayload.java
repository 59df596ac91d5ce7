package dev.muster.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What RESP says in its encrypted 64 bytes.
 *
 * <pre>
 * responder sid 8 | collector_run 16 | reset_token 16 | max_udp 2 | caps 2 | status 1 | spread_s 1 | keepalive_s 2 | unix_ms 8 | 0 (8)
 * </pre>
 *
 * @param sid the responder's session id: DATA to it carries this
 * @param collectorRun the responder's run; of an agent that answers an agent: its agent_run 8, then 0
 * @param resetToken what a RESET for {@code sid} must show, 16 bytes
 * @param maxUdp the largest UDP payload that the responder takes
 * @param caps {@link #CAP_STREAMS_CONTINUE}
 * @param status one of the {@code STATUS_} numbers; why an agent is refused follows in the record STATUS
 * @param spreadSeconds after a RESET wait a random part of this
 * @param keepaliveSeconds be silent no longer than this
 * @param unixMillis the responder's wall clock, for logs only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RespPayload(
        long sid,
        CollectorRun collectorRun,
        byte[] resetToken,
        int maxUdp,
        int caps,
        int status,
        int spreadSeconds,
        int keepaliveSeconds,
        long unixMillis) {
    public static final int BYTES = 64;
    public static final int TOKEN_BYTES = 16;

    /** The responder holds this association's stream state, for the same two runs; without the bit both sides start at offset 0. */
    public static final int CAP_STREAMS_CONTINUE = 1;

    public static final int STATUS_TRUSTED = 0;
    public static final int STATUS_PENDING = 1;
    public static final int STATUS_REFUSED = 2;

    public boolean streamsContinue() {
        return (caps & CAP_STREAMS_CONTINUE) != 0;
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(sid)
                .putLong(collectorRun.high())
                .putLong(collectorRun.low())
                .put(resetToken)
                .putShort((short) maxUdp)
                .putShort((short) caps)
                .put((byte) status)
                .put((byte) spreadSeconds)
                .putShort((short) keepaliveSeconds)
                .putLong(unixMillis)
                .array();
    }

    /** Reads 64 bytes; reserved ones are for later versions and not looked at. */
    public static RespPayload decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long sid = in.getLong();
        var run = new CollectorRun(in.getLong(), in.getLong());
        byte[] token = Arrays.copyOfRange(bytes, in.position(), in.position() + TOKEN_BYTES);
        in.position(in.position() + TOKEN_BYTES);
        return new RespPayload(
                sid,
                run,
                token,
                Short.toUnsignedInt(in.getShort()),
                Short.toUnsignedInt(in.getShort()),
                Byte.toUnsignedInt(in.get()),
                Byte.toUnsignedInt(in.get()),
                Short.toUnsignedInt(in.getShort()),
                in.getLong());
    }
}
