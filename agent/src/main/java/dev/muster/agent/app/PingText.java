package dev.muster.agent.app;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Trust;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code muster-agent ping} says: what is known, and not more. */
final class PingText {
    static final int TRUSTED = 0;
    static final int NOT_TRUSTED = 1;
    /** EX_UNAVAILABLE of sysexits.h. */
    static final int NO_COLLECTOR = 69;

    private static final double NANOS_PER_MILLI = 1e6;

    private PingText() {}

    record Said(int exitCode, String text) {}

    /**
     * In words.
     *
     * @param keys those that could have answered
     * @param own the agent's key; empty where this user may not read it, and another one was used
     */
    static Said of(InetSocketAddress to, Ping.Outcome outcome, List<PublicKey> keys, Optional<StaticKeys> own) {
        String at = shown(to);
        return switch (outcome) {
            case Ping.Outcome.Answered answer -> answered(answer, own);
            case Ping.Outcome.OtherVersions other ->
                new Said(
                        NO_COLLECTOR,
                        at + ": a collector of another version, which speaks " + other.spoken()
                                + " and not 1: upgrade the older one");
            case Ping.Outcome.PortClosed _ ->
                new Said(
                        NO_COLLECTOR,
                        at + ": port closed: the host answers, and nothing listens on UDP port " + to.getPort()
                                + " there");
            case Ping.Outcome.Unreachable no -> new Said(NO_COLLECTOR, at + ": unreachable: " + no.why());
            case Ping.Outcome.NoAnswer _ ->
                new Said(
                        NO_COLLECTOR,
                        at + ": no answer: unreachable, filtered, or the key installed here (fingerprint "
                                + keys.stream().map(PublicKey::fingerprint).collect(Collectors.joining(", "))
                                + ") is not the collector's");
        };
    }

    private static Said answered(Ping.Outcome.Answered answer, Optional<StaticKeys> own) {
        String text = """
                %s answers
                  handshake    %s
                  path         %s -> %s
                  version      1
                  its key      %s
                  this agent   %s""".formatted(
                        shown(answer.collector()),
                        millis(answer.took()),
                        shown(answer.own()),
                        shown(answer.collector()),
                        answer.key().fingerprint(),
                        trust(answer, own));
        boolean trusted = own.isPresent() && answer.trust() == Trust.TRUSTED;
        return new Said(trusted ? TRUSTED : NOT_TRUSTED, text);
    }

    private static String trust(Ping.Outcome.Answered answer, Optional<StaticKeys> own) {
        if (own.isEmpty()) {
            return "not known: this user may not read the agent's key; ask as the agent's user or root";
        }
        String fingerprint = own.get().publicKey().fingerprint();
        return switch (answer.trust()) {
            case TRUSTED -> "trusted, as " + fingerprint;
            case PENDING ->
                "pending: the collector does not know the key yet. There: muster agents approve " + fingerprint;
            case REFUSED ->
                "refused: the key " + fingerprint
                        + " was revoked. To come back with a new one: stop the agent, remove state/agent.key, start it";
        };
    }

    private static String millis(Duration took) {
        return String.format(Locale.ROOT, "%.1f ms", took.toNanos() / NANOS_PER_MILLI);
    }

    private static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
