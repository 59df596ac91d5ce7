package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where event lines go: section {@code event-log} of the configuration file. Without the section nothing is written.
 *
 * @param output whether lines go to standard output
 * @param syslog a receiver on the network. The local socket {@code /dev/log} cannot be used, since Java has no datagram
 *     sockets of that kind: let the local syslog daemon listen on 127.0.0.1
 */
public record EventLogConfig(Output output, Optional<Receiver> syslog, Facility facility) {
    /** What goes to standard output. */
    public enum Output {
        NONE,
        STDOUT
    }

    /** How lines travel. */
    public enum Protocol {
        /** One line a datagram (RFC 5426). */
        UDP,
        /** Lines counted by octets (RFC 6587, 3.4.1). */
        TCP
    }

    /** A syslog daemon. */
    public record Receiver(Protocol protocol, String host, int port) {}

    /** RFC 5424, 6.2.1, table 1: those that are free for daemons. */
    public enum Facility {
        DAEMON(3),
        LOCAL0(16),
        LOCAL1(17),
        LOCAL2(18),
        LOCAL3(19),
        LOCAL4(20),
        LOCAL5(21),
        LOCAL6(22),
        LOCAL7(23);

        private final int code;

        Facility(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /** RFC 5426, 3.3; also usual for TCP. */
    private static final int SYSLOG_PORT = 514;

    private static final Pattern ADDRESS =
            Pattern.compile("(udp|tcp)://([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?");

    /**
     * Reads the section: {@code output (none|stdout), syslog (udp://host:port or tcp://host:port), facility (daemon,
     * local0 … local7)}.
     *
     * @throws DeliveryConfigException on an unknown key or a bad value
     */
    public static EventLogConfig read(JsonNode section) {
        var settings = new Settings("event-log", section, Set.of("output", "syslog", "facility"));
        return new EventLogConfig(
                settings.word("output", Output.class, Output.NONE),
                settings.text("syslog").map(text -> receiver(settings, text)),
                settings.word("facility", Facility.class, Facility.DAEMON));
    }

    private static Receiver receiver(Settings settings, String text) {
        if (text.startsWith("/") || text.startsWith("unix:")) {
            throw settings.bad("syslog", "a local socket cannot be used; let syslog listen on udp://127.0.0.1:514");
        }
        Matcher parts = ADDRESS.matcher(text);
        int port = !parts.matches() ? 0 : parts.group(3) == null ? SYSLOG_PORT : Integer.parseInt(parts.group(3));
        if (port < 1 || port > 65_535) {
            throw settings.bad("syslog", "expected udp://host:port or tcp://host:port");
        }
        return new Receiver(Protocol.valueOf(parts.group(1).toUpperCase(Locale.ROOT)), parts.group(2), port);
    }
}
