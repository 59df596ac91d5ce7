package dev.muster.protocol.session;

import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.RespPayload;

/** What a collector tells an agent in RESP. */
record CollectorAnswers(ResponderConfig config, TrustPolicy trust, ResetTokens tokens) {
    private static final int MAX_SPREAD_SECONDS = 255;

    /** @param agents how many there are */
    RespPayload payload(AnsweredHandshake handshake, long sid, boolean continues, int agents) {
        return new RespPayload(
                sid,
                config.run(),
                tokens.of(sid),
                Packets.MAX_BYTES,
                continues ? RespPayload.CAP_STREAMS_CONTINUE : 0,
                trust.trust(handshake.agent()).code(),
                spreadSeconds(agents, config.keepalive().toSeconds()),
                (int) config.keepalive().toSeconds(),
                config.wallClock().millis());
    }

    /** After a restart agents come back at 500 a second at most; their keep-alives spread them by themselves already. */
    static int spreadSeconds(int agents, long keepaliveSeconds) {
        return Math.clamp(agents / 500L - keepaliveSeconds, 0, MAX_SPREAD_SECONDS);
    }
}
