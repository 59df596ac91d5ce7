package dev.muster.protocol.wire;

import java.nio.ByteBuffer;

/**
 * What INIT says in its encrypted 64 bytes.
 *
 * <pre>
 * spool_id 16 | agent_run 8 | unix_ms 8 | max_udp 2 | caps 2 | last_collector_run 16 | 0 (12)
 * </pre>
 *
 * @param agentRun random, new at each start of the agent
 * @param unixMillis the agent's wall clock, for show only: no decision uses it
 * @param maxUdp the largest UDP payload that the agent takes
 * @param caps no bits yet
 * @param lastCollectorRun the collector run with which the agent holds stream state; {@link CollectorRun#NONE} without
 */
public record InitPayload(
        SpoolId spool, long agentRun, long unixMillis, int maxUdp, int caps, CollectorRun lastCollectorRun) {
    public static final int BYTES = 64;

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(spool.high())
                .putLong(spool.low())
                .putLong(agentRun)
                .putLong(unixMillis)
                .putShort((short) maxUdp)
                .putShort((short) caps)
                .putLong(lastCollectorRun.high())
                .putLong(lastCollectorRun.low())
                .array();
    }

    /** Reads 64 bytes; reserved ones are for later versions and not looked at, since nobody but the peer can have set them. */
    public static InitPayload decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new InitPayload(
                SpoolId.read(in),
                in.getLong(),
                in.getLong(),
                Short.toUnsignedInt(in.getShort()),
                Short.toUnsignedInt(in.getShort()),
                new CollectorRun(in.getLong(), in.getLong()));
    }
}
