package dev.muster.agent.spool;

import dev.muster.protocol.wire.SpoolId;

/**
 * A snapshot for `status`.
 *
 * @param heldRecords records that wait for APPLIED, placeholders included
 * @param heldBytes what they take of {@code maxBytes}
 * @param superseded records replaced by a newer snapshot before they were sent, since start
 * @param refused records that were not taken, since start
 * @param cutBytes bytes of torn writes cut off when the spool was opened
 * @param trouble why the last record was refused; "" once one was stored again
 */
public record SpoolStatus(
        SpoolId id,
        long heldRecords,
        long heldBytes,
        long maxBytes,
        long fileBytes,
        long superseded,
        long refused,
        long cutBytes,
        String trouble) {}
